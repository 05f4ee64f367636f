// Puts FullCalendar in place of the month's table: month, week and list, from the same address with the same filters.
import { Calendar, dayGrid, en, list, sv, theme, timeGrid } from "../vendor/fullcalendar/calendar.min.js";

const narrow = window.matchMedia("(max-width: 767px)").matches;
// Seven columns of hours hold no words on a phone.
const VIEWS = { month: "dayGridMonth", week: narrow ? "listWeek" : "timeGridWeek", list: "listMonth" };
const ADDRESS_NAME = { month: "manad", week: "vecka", list: "lista" };
const nameOf = (type) => Object.keys(VIEWS).find((name) => VIEWS[name] === type);

export function enhance(place) {
  const language = document.documentElement.lang;
  const texts = JSON.parse(place.dataset.texts);
  const page = place.closest("#resultat");
  const heading = page.querySelector("h1");
  const steps = page.querySelector(".month-steps");
  const count = page.querySelector(".count-line");
  const ongoing = page.querySelector(".month-ongoing");
  const siteName = document.title.split(" – ").pop();
  const table = [...place.children];
  const asked = new URLSearchParams(location.search).get("vy");
  const view = Object.keys(VIEWS).find((name) => ADDRESS_NAME[name] === asked) ?? (narrow ? "list" : "month");

  const calendar = new Calendar(place, {
    plugins: [dayGrid, timeGrid, list, theme],
    locale: language === "sv" ? sv : en,
    timeZone: "Europe/Stockholm",
    initialDate: place.dataset.day,
    initialView: VIEWS[view],
    headerToolbar: false,
    height: "auto",
    weekNumbers: true,
    dayMaxEvents: false,
    navLinks: false,
    nowIndicator: true,
    eventTimeFormat: ({ start, end }) => (end ? `${clock(start, language)}–${clock(end, language)}` : clock(start, language)),
    displayEventEnd: false,
    slotMinTime: "07:00:00",
    slotMaxTime: "21:00:00",
    eventDisplay: "block",
    eventInnerClass: "happening-inner",
    eventTimeClass: "happening-time",
    eventTitleClass: "happening-title",
    eventBeforeClass: "happening-dot",
    dayCellClass: ({ dow }) => (dow === 0 || dow === 6 ? "month-free" : ""),
    eventClass: (info) => (info.event.display === "background" ? "" : `happening kind-${info.event.extendedProps.colour}`),
    // Screen readers are to hear the words that stand there, and that a link is a link.
    dayHeaderDidMount: ({ el }) => {
      el.removeAttribute("aria-label");
      for (const hidden of el.querySelectorAll("[aria-hidden]")) hidden.removeAttribute("aria-hidden");
    },
    viewDidMount: ({ el }) => {
      for (const empty of el.querySelectorAll("[role=rowheader]:empty")) {
        empty.removeAttribute("aria-label");
        empty.append(hiddenWord(texts.timed));
      }
    },
    eventDidMount: ({ el, event }) => {
      if (el.getAttribute("role") === "listitem") {
        el.removeAttribute("role");
        el.classList.add("happening-in-list");
        if (el.parentElement?.getAttribute("role") === "list") el.parentElement.setAttribute("role", "group");
      }
      if (!event.extendedProps.kind) return;
      el.append(hiddenWord(`, ${event.extendedProps.kind}`));
    },
    events: (range, succeed, fail) => {
      fetchDays(place.dataset.source, range).then(succeed, fail);
    },
    eventSourceFailure: () => {
      // The table says the same, so nobody is left with an empty calendar.
      calendar.destroy();
      place.replaceChildren(...table);
      place.classList.remove("month-enhanced");
      if (ongoing) ongoing.hidden = false;
      document.getElementById("announcer").textContent = texts.failed;
    },
    datesSet: ({ view: shown }) => {
      const title = shown.title.charAt(0).toUpperCase() + shown.title.slice(1);
      heading.textContent = title;
      document.title = `${title} – ${siteName}`;
      keepInAddress(shown, calendar.getDate());
      // The number is that of the month that the server counted.
      count.hidden = shown.type === VIEWS.week || isoDay(calendar.getDate()).slice(0, 7) !== place.dataset.day.slice(0, 7);
      for (const one of views.children) {
        const pressed = VIEWS[one.dataset.view] === shown.type;
        one.setAttribute("aria-pressed", String(pressed));
        one.classList.toggle("active", pressed);
      }
    },
  });

  const views = viewButtons(texts, (name) => calendar.changeView(VIEWS[name]));
  const [back, today, forward] = stepButtons(texts);
  back.addEventListener("click", () => calendar.prev());
  today.addEventListener("click", () => calendar.today());
  forward.addEventListener("click", () => calendar.next());
  steps.replaceChildren(back, today, forward, views);
  if (ongoing) ongoing.hidden = true;
  place.replaceChildren();
  place.classList.add("month-enhanced");
  calendar.render();
}

async function fetchDays(source, { start, end }) {
  const address = new URL(source, location.href);
  address.searchParams.set("fran", isoDay(start));
  address.searchParams.set("till", isoDay(new Date(end.valueOf() - 1)));
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(response.statusText);
  const { events, free } = await response.json();
  return [
    ...events.map(({ kind, colour, ...event }) => ({ ...event, extendedProps: { kind, colour } })),
    ...free.map(({ day, name }) => ({ title: name, start: day, allDay: true, display: "background" })),
  ];
}

function hiddenWord(text) {
  const word = document.createElement("span");
  word.className = "visually-hidden";
  word.textContent = text;
  return word;
}

function clock({ hour, minute }, language) {
  const two = (number) => String(number).padStart(2, "0");
  return `${two(hour)}${language === "sv" ? "." : ":"}${two(minute)}`;
}

function isoDay(moment) {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm", year: "numeric", month: "2-digit", day: "2-digit" });
  return parts.format(moment);
}

function viewButtons(texts, choose) {
  const group = document.createElement("div");
  group.className = "btn-group";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", texts.views);
  for (const name of Object.keys(VIEWS)) {
    const one = button(texts[name]);
    one.dataset.view = name;
    one.addEventListener("click", () => choose(name));
    group.append(one);
  }
  return group;
}

function stepButtons(texts) {
  return [["‹", texts.back], ["", texts.today], ["›", texts.forward]].map(([sign, label]) => {
    const one = button(sign || label);
    if (sign) one.setAttribute("aria-label", label);
    return one;
  });
}

function button(text) {
  const one = document.createElement("button");
  one.type = "button";
  one.className = "btn btn-outline-primary";
  one.textContent = text;
  return one;
}

// The address says what is shown, so that it can be shared and the filters keep it.
function keepInAddress(shown, day) {
  const address = new URL(location.href);
  const month = isoDay(day).slice(0, 7);
  address.searchParams.set("manad", month);
  address.searchParams.set("vy", ADDRESS_NAME[nameOf(shown.type)]);
  history.replaceState(history.state, "", address);
  const kept = document.querySelector("#filter input[name=manad]");
  if (kept) kept.value = month;
  const view = document.querySelector("#filter input[name=vy]");
  if (view) view.value = ADDRESS_NAME[nameOf(shown.type)];
}
