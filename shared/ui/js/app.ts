// What pages gain when a browser runs scripts. Every page works without; nothing here is needed to read or to send.
import "htmx.org";
import { askBeforeSending, openDialogs } from "./dialogs";
import { focusErrors, hideEmptyRows, submitOnChange, tickWithShift } from "./forms";
import { moveInGrid } from "./grid";
import { closeMenus, copyTexts, guardFragments, rotateLines } from "./page";
import { countDown } from "./time";

function enhance(root: ParentNode): void {
  copyTexts(root);
  hideEmptyRows(root);
  countDown(root);
  rotateLines(root);
  moveInGrid(root);
}

document.documentElement.classList.add("has-js");
document.addEventListener("DOMContentLoaded", () => {
  enhance(document);
  focusErrors(document);
  askBeforeSending();
  openDialogs();
  submitOnChange();
  tickWithShift();
  closeMenus();
  guardFragments();
});
// What htmx brings in later is enhanced too.
document.addEventListener("htmx:after:swap", () => {
  enhance(document);
});
