/** Dialogs: a link opens one, and what cannot be undone asks first. */

/** A link with data-dialog="id" opens that dialog instead of its page. */
export function openDialogs(): void {
  document.addEventListener("click", (event) => {
    const opener = (event.target as Element).closest<HTMLElement>("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset["dialog"] ?? "");
    if (!(dialog instanceof HTMLDialogElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  });
  document.addEventListener("click", (event) => {
    // A click beside a window closes it; one that asks for an answer keeps asking.
    if (event.target instanceof HTMLDialogElement && event.target.id !== "hd-confirm") event.target.close();
  });
}

/** A form with data-confirm="question" is sent after a yes. */
export function askBeforeSending(): void {
  let agreed: HTMLFormElement | null = null;
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || !form.dataset["confirm"] || form === agreed) {
        agreed = null;
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      void ask(form.dataset["confirm"]).then((yes) => {
        if (!yes) return;
        agreed = form;
        form.requestSubmit(event.submitter);
      });
    },
    true,
  );
}

function ask(question: string): Promise<boolean> {
  const dialog = document.getElementById("hd-confirm") as HTMLDialogElement;
  const words = document.getElementById("hd-confirm-words");
  if (words) words.textContent = question;
  dialog.showModal();
  return new Promise((resolve) => {
    const answer = (yes: boolean): void => {
      dialog.onclick = null;
      dialog.onclose = null;
      if (dialog.open) dialog.close();
      resolve(yes);
    };
    dialog.onclick = (event) => {
      const key = (event.target as Element).closest<HTMLElement>("[data-answer]");
      if (key) answer(key.dataset["answer"] === "yes");
    };
    dialog.onclose = () => answer(false);
  });
}
