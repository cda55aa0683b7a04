// Reads a mail as web mail programs do: base64 on standard input, what they show as JSON on standard output.
import { readFileSync } from "node:fs";
import PostalMime from "postal-mime";

const mail = await PostalMime.parse(Buffer.from(readFileSync(0, "utf8"), "base64"));
console.log(JSON.stringify({
  from: mail.from, to: mail.to, subject: mail.subject, messageId: mail.messageId, text: mail.text, html: mail.html,
  files: mail.attachments.map((one) => ({
    name: one.filename, type: one.mimeType, disposition: one.disposition, id: one.contentId, method: one.method,
  })),
}));
