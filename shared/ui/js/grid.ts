/** The planning grid by keyboard: one stop for Tab, arrows inside, Enter opens the reason, Escape closes and returns. */

/** Make every table marked data-grid one stop for Tab with arrows inside. */
export function moveInGrid(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>("table[data-grid]:not([data-ready])")) {
    table.dataset["ready"] = "";
    const first = table.querySelector<HTMLElement>("a.hd-cell[aria-current]") ?? table.querySelector<HTMLElement>("a.hd-cell");
    for (const cell of table.querySelectorAll<HTMLElement>("a.hd-cell")) cell.tabIndex = cell === first ? 0 : -1;
    table.addEventListener("keydown", (event) => move(table, event));
    table.addEventListener("focusin", (event) => remember(table, event.target as HTMLElement));
  }
  focusReason();
}

function remember(table: HTMLTableElement, cell: HTMLElement): void {
  if (!cell.matches("a.hd-cell")) return;
  table.querySelector<HTMLElement>("a.hd-cell[tabindex='0']")?.setAttribute("tabindex", "-1");
  cell.tabIndex = 0;
}

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0],
};

function move(table: HTMLTableElement, event: KeyboardEvent): void {
  const here = (event.target as Element).closest("td");
  if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = destination(table, here, event.key);
  if (!target) return;
  event.preventDefault();
  target.focus();
}

/** The nearest filled cell in the direction of the key. A narrow screen shows one row: there, down is the next round. */
function destination(table: HTMLTableElement, here: HTMLTableCellElement, key: string): HTMLElement | null {
  const row = here.parentElement as HTMLTableRowElement;
  const cells = [...row.querySelectorAll<HTMLElement>("a.hd-cell")];
  if (key === "Home") return cells[0] ?? null;
  if (key === "End") return cells.at(-1) ?? null;
  const step = STEPS[key];
  if (!step) return null;
  const narrow = getComputedStyle(here).display === "grid";
  const [down, right] = narrow ? [0, step[0] + step[1]] : step;
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  let [y, x] = [rows.indexOf(row) + down, here.cellIndex + right];
  while (rows[y] && x > 0 && x < (rows[y]?.cells.length ?? 0)) {
    const found = rows[y]?.cells[x]?.querySelector<HTMLElement>("a.hd-cell");
    if (found) return found;
    [y, x] = [y + down, x + right];
  }
  return null;
}

/** A reason that was just opened gets the focus; Escape closes it and goes back to its cell. */
function focusReason(): void {
  const panel = document.querySelector<HTMLElement>("[data-why-panel]:not([data-ready])");
  if (!panel) return;
  panel.dataset["ready"] = "";
  const cell = markCell();
  if (cell) place(panel, cell);
  panel.focus({ preventScroll: panel.classList.contains("is-placed") });
  const close = (event: Event): void => {
    event.preventDefault();
    cell?.removeAttribute("aria-current");
    panel.remove();
    cell?.focus();
  };
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(event);
  });
  panel.querySelector("[data-close-why]")?.addEventListener("click", close);
}

/** The cell whose reason is open: the one that was pressed, or the one that the page names. */
function markCell(): HTMLElement | null {
  const pressed = document.querySelector<HTMLElement>("a.hd-cell[data-why]:focus");
  const named = document.querySelector<HTMLElement>("a.hd-cell[aria-current]");
  if (!pressed || pressed === named) return named;
  named?.removeAttribute("aria-current");
  pressed.setAttribute("aria-current", "true");
  return pressed;
}

/** On a wide screen the reason floats under its cell, or above it near the end of the page; heads stay in sight. */
function place(panel: HTMLElement, cell: HTMLElement): void {
  const frame = panel.closest<HTMLElement>(".hd-gridwrap");
  if (!frame || !matchMedia("(min-width: 68.75rem)").matches) return;
  panel.classList.add("is-placed");
  const [outer, inner] = [frame.getBoundingClientRect(), cell.getBoundingClientRect()];
  const start = Math.max(0, Math.min(inner.left - outer.left - 24, outer.width - panel.offsetWidth));
  const below = inner.bottom - outer.top + 12;
  const above = inner.top - outer.top - 12 - panel.offsetHeight;
  const goesAbove = below + panel.offsetHeight > outer.height + 160 && above > 0;
  panel.classList.toggle("is-above", goesAbove);
  panel.style.setProperty("--hd-top", `${goesAbove ? above : below}px`);
  panel.style.setProperty("--hd-start", `${start}px`);
  panel.style.setProperty("--hd-point", `${inner.left - outer.left - start + inner.width / 2 - 6}px`);
}
