// Reads calendars with two programs that others have written: a line of JSON in, a line of JSON out (javascript.py).
import { createInterface } from "node:readline";
import ICAL from "../vendor/ical.js/ical.min.mjs";
import { sync as nodeIcal } from "../vendor/node-ical/node-ical.min.mjs";

const twoDigits = (number) => String(number).padStart(2, "0");
const inUtc = (date) => date.toISOString();

const readers = {
  "ical.js": (content) => {
    const moment = (time) => (time.isDate ? time.toString() : inUtc(time.toJSDate()));
    return new ICAL.Component(ICAL.parse(content)).getAllSubcomponents("vevent").map((component) => {
      const event = new ICAL.Event(component);
      const value = (name) => component.getFirstPropertyValue(name);
      return {
        uid: event.uid,
        starts: moment(event.startDate),
        ends: moment(event.endDate),
        summary: event.summary,
        description: event.description,
        status: value("status"),
        sequence: event.sequence,
        location: event.location,
        url: value("url"),
        categories: component.getFirstProperty("categories")?.getValues(),
        organizer: event.organizer,
        changed_at: moment(value("last-modified")),
      };
    });
  },
  "node-ical": (content) => {
    const text = (value) => value?.val ?? value;
    // It takes a day for midnight where the program runs.
    const day = (date) => `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
    const moment = (date) => (date.dateOnly ? day(date) : inUtc(date));
    return Object.values(nodeIcal.parseICS(content))
      .filter((component) => component.type === "VEVENT")
      .map((event) => ({
        uid: event.uid,
        starts: moment(event.start),
        ends: moment(event.end),
        summary: text(event.summary),
        description: text(event.description),
        status: event.status,
        sequence: event.sequence,
        location: text(event.location),
        url: text(event.url),
        categories: event.categories,
        organizer: text(event.organizer),
        changed_at: inUtc(event.lastmodified),
      }));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { reader, content } = JSON.parse(line);
  let answer;
  try {
    const bytes = Buffer.from(content, "base64");
    answer = { events: readers[reader](new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)) };
  } catch (error) {
    answer = { error: `${reader}: ${error.stack}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
