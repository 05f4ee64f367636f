// Questions can be dragged to their place. It sends what the buttons "Upp" and "Ner" would lead to; without it they are there.
const form = document.querySelector("[data-question-order]");
let dragged = null;

function targetOf(event) {
  const row = event.target.closest(".question-row[data-question]");
  return row ?? event.target.closest(".question-section")?.querySelector("[data-section]") ?? null;
}

function unmark() {
  form.querySelectorAll(".is-target").forEach((element) => element.classList.remove("is-target"));
}

function order() {
  return [...form.querySelectorAll("[data-section]")]
    .map((list) => {
      const ids = [...list.querySelectorAll("[data-question]")].map((row) => row.dataset.question);
      return `${list.dataset.section}:${ids.join(",")}`;
    })
    .join(";");
}

for (const row of form.querySelectorAll("[data-question]")) row.draggable = true;

form.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-question]");
  dragged?.classList.add("is-dragged");
});

form.addEventListener("dragover", (event) => {
  const target = targetOf(event);
  if (!dragged || !target) return;
  event.preventDefault();
  unmark();
  if (target !== dragged) target.classList.add("is-target");
});

form.addEventListener("dragend", () => {
  unmark();
  dragged?.classList.remove("is-dragged");
  dragged = null;
});

form.addEventListener("drop", (event) => {
  const target = targetOf(event);
  if (!dragged || !target || target === dragged) return;
  event.preventDefault();
  const before = order();
  if (target.matches("[data-section]")) target.append(dragged);
  else target.before(dragged);
  if (order() === before) return;
  form.elements.ordning.value = order();
  form.requestSubmit(form.querySelector("[value='ordna:0']"));
});
