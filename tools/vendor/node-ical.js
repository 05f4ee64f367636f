// What the tests need of node-ical, as one file (copy.sh).
export { sync } from "node-ical";
