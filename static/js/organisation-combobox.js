// A text field that suggests official organisations, by the ARIA 1.2 pattern for a combobox with a list.
// Free text is always allowed: nothing is chosen unless the person chooses it.
// Fetches [{id, name, note}] by ?q=typed text, or by ?domain=… of the e-mail address while the field is empty.
const PAUSE_MS = 150;

export function enhance(root) {
  new OrganisationCombobox(root).start();
}

class OrganisationCombobox {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector("input");
    this.idField = document.getElementById(root.dataset.idField ?? "");
    this.emailField = document.getElementById(root.dataset.emailField ?? "");
    this.options = [];
    this.active = -1;
    this.latest = 0;
    this.timer = 0;
    this.domain = "";
  }

  start() {
    const { input } = this;
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-list`;
    this.list.className = "combobox-list";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-labelledby", `${input.id}-label`);
    this.status = document.createElement("div");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.root.append(this.list, this.status);

    input.removeAttribute("list");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", this.list.id);
    // The browser's own list of earlier answers would lie on top of ours.
    input.setAttribute("autocomplete", "off");

    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("focus", () => this.focused());
    input.addEventListener("blur", () => this.close());
    // Keeps focus in the field, so that a click on an option is not taken as leaving it.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(Number(option.dataset.index));
    });
    this.emailField?.addEventListener("change", () => this.readDomain());
    this.readDomain();
  }

  readDomain() {
    const [, domain = ""] = (this.emailField?.value ?? "").split("@");
    this.domain = domain.trim().toLowerCase();
  }

  typed() {
    if (this.idField) this.idField.value = "";
    clearTimeout(this.timer);
    const text = this.input.value.trim();
    if (text.length < 2) {
      this.close();
      this.focused();
      return;
    }
    this.timer = setTimeout(() => this.fetch({ q: text }), PAUSE_MS);
  }

  focused() {
    if (this.input.value.trim() === "" && this.domain.includes(".")) this.fetch({ domain: this.domain });
  }

  async fetch(query) {
    const request = ++this.latest;
    let found = [];
    try {
      const response = await fetch(`${this.root.dataset.url}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } });
      if (response.ok) found = await response.json();
    } catch {
      // Without suggestions the field is still an ordinary text field.
    }
    if (request !== this.latest || document.activeElement !== this.input) return;
    this.show(found, query.q ?? "");
  }

  show(found, typed) {
    this.options = found;
    this.active = -1;
    this.list.replaceChildren(...found.map((organisation, index) => this.optionFor(organisation, index, typed)));
    this.setOpen(found.length > 0);
    const { textNone, textOne, textMany } = this.root.dataset;
    if (found.length > 1) this.status.textContent = textMany.replace("{count}", found.length);
    else if (found.length === 1) this.status.textContent = textOne;
    else this.status.textContent = typed ? textNone : "";
  }

  optionFor(organisation, index, typed) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${index}`;
    option.dataset.index = index;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(...highlighted(organisation.name, typed));
    if (organisation.note) {
      const note = document.createElement("span");
      note.className = "combobox-note";
      note.textContent = ` · ${organisation.note}`;
      option.append(note);
    }
    return option;
  }

  pressed(event) {
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) {
        const text = this.input.value.trim();
        if (text.length >= 2) this.fetch({ q: text });
        else this.focused();
        return;
      }
      const last = this.options.length - 1;
      if (event.key === "ArrowDown") this.activate(this.active === last ? 0 : this.active + 1);
      else this.activate(this.active <= 0 ? last : this.active - 1);
    } else if (event.key === "Enter" && open && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.close();
    }
  }

  activate(index) {
    this.active = index;
    [...this.list.children].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === index));
      if (at === index) option.scrollIntoView({ block: "nearest" });
    });
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
  }

  choose(index) {
    const organisation = this.options[index];
    this.input.value = organisation.name;
    if (this.idField) this.idField.value = organisation.id;
    this.close();
    this.status.textContent = organisation.name;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  setOpen(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    clearTimeout(this.timer);
    this.latest += 1;
    this.active = -1;
    this.setOpen(false);
  }
}

// The typed letters in bold where they stand in the name.
function highlighted(name, typed) {
  const at = typed ? name.toLocaleLowerCase("sv").indexOf(typed.toLocaleLowerCase("sv")) : -1;
  if (at < 0) return [name];
  const match = document.createElement("strong");
  match.textContent = name.slice(at, at + typed.length);
  return [name.slice(0, at), match, name.slice(at + typed.length)];
}
