// What the calendar page needs of FullCalendar, as one file (copy.sh).
export { Calendar } from "fullcalendar";
export { default as dayGrid } from "fullcalendar/daygrid";
export { default as timeGrid } from "fullcalendar/timegrid";
export { default as list } from "fullcalendar/list";
export { default as theme } from "fullcalendar/themes/classic";
export { default as sv } from "fullcalendar/locales/sv";
export { default as en } from "fullcalendar/locales/en-gb";
