/** Decisions of the scanner apart from camera, network and storage. Run by test_scanner_decisions.py. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Delivery, Repeats, chooseCode, fill, linesOf, lookOf } from "./scanner.mjs";

const WORDS = {
  verdicts: {
    admitted: { word: "Welkom", what: "" }, already_in: { word: "Al binnen", what: "Vraag." },
    unknown: { word: "Onbekend", what: "Niet van ons." }, kept: { word: "Offline", what: "Bewaard." },
  },
  welcome: { nl: "Welkom", uk: "Ласкаво просимо" },
  languages: { uk: "Oekraïens", nl: "Nederlands" },
  says: { since: "sinds {time}, {gate}", stop: "Stand {stop} om {time}", number: "Nummer {number}" },
};
const NOBODY = { client_id: "1", number: null, name: null, readable_name: null, language: null, stop: null, stop_at: null, inside_since: null, gate: null };
const OKSANA = { ...NOBODY, number: 112, name: "Оксана Гриценко", readable_name: "Oksana Hrytsenko", language: "uk" };
const texts = (answer, reader = "nl") => linesOf(answer, WORDS, reader, (moment) => moment.slice(11, 16)).map((line) => line.text);

test("green leaves by itself, everything else waits for a tap", () => {
  assert.equal(lookOf("admitted").lasts, 1000);
  for (const verdict of ["already_in", "over_capacity", "void", "wrong_event", "unknown", "not_today", "kept"]) {
    assert.equal(lookOf(verdict).lasts, null);
  }
});

test("a verdict of a later version looks like an unknown code", () => {
  assert.deepEqual(lookOf("of_next_year"), lookOf("unknown"));
  assert.equal(texts({ ...NOBODY, verdict: "of_next_year" })[0], "Onbekend");
});

test("verdicts differ in sign and sound, not in colour alone", () => {
  const [green, amber, red] = ["admitted", "already_in", "unknown"].map(lookOf);
  assert.equal(new Set([green.sign, amber.sign, red.sign]).size, 3);
  assert.equal(new Set([green, amber, red].map((look) => JSON.stringify(look.notes))).size, 3);
});

test("a guest is welcomed in the own language, with both names, number, language and first stop", () => {
  const answer = { ...OKSANA, verdict: "admitted", stop: "4", stop_at: "2026-12-10T13:15:00+01:00" };
  assert.deepEqual(texts(answer), ["Welkom", "Ласкаво просимо", "Oksana Hrytsenko", "Оксана Гриценко", "Nummer 112", "Oekraïens", "Stand 4 om 13:15"]);
});

test("a name that reads as it is written stands there once, and one welcome is enough", () => {
  const answer = { ...OKSANA, verdict: "admitted", name: "Siobhán O'Brien", readable_name: "Siobhán O'Brien", language: "nl" };
  assert.deepEqual(texts(answer), ["Welkom", "Siobhán O'Brien", "Nummer 112", "Nederlands"]);
});

test("already inside says since when and where", () => {
  const answer = { ...OKSANA, verdict: "already_in", inside_since: "2026-12-10T13:02:00+01:00", gate: "Ingang Noord" };
  assert.deepEqual(texts(answer).slice(0, 4), ["Al binnen", "sinds 13:02, Ingang Noord", "Vraag.", "Oksana Hrytsenko"]);
});

test("nobody is welcomed who is not let in", () => {
  assert.ok(!texts({ ...OKSANA, verdict: "already_in" }).includes("Ласкаво просимо"));
});

test("a sentence keeps what has no value", () => {
  assert.equal(fill("{a} and {b}", { a: "1" }), "1 and {b}");
});

test("a code that stays in view is one scan", () => {
  const repeats = new Repeats(1500);
  assert.equal(repeats.see("a", 0), true);
  for (let now = 100; now <= 5000; now += 100) assert.equal(repeats.see("a", now), false);
  assert.equal(repeats.isAway(5500), false);
  assert.equal(repeats.isAway(6600), true);
  assert.equal(repeats.see("a", 6600), true);
});

test("the next guest's code counts at once", () => {
  const repeats = new Repeats(1500);
  repeats.see("a", 0);
  assert.equal(repeats.see("b", 100), true);
  assert.equal(repeats.see("a", 200), true);
});

test("of several codes in view ours is read", () => {
  assert.equal(chooseCode(["https://example.org/", "HD1:abc"]), "HD1:abc");
  assert.equal(chooseCode(["https://example.org/"]), "https://example.org/");
  assert.equal(chooseCode([]), undefined);
});

/** A store in memory that can fail, and a server that answers as it is told. */
function scene(outcomes) {
  const kept = new Map();
  const told = { late: [], barred: 0, states: [] };
  const sent = [];
  const store = {
    add: async (scan) => void kept.set(scan.client_id, scan),
    remove: async (id) => void kept.delete(id),
    waiting: async () => [...kept.values()].filter((scan) => !scan.refused),
  };
  const send = async (scan) => {
    sent.push(scan.client_id);
    assert.ok(kept.has(scan.client_id), "kept before it is sent");
    return outcomes.shift() ?? { kind: "away" };
  };
  const delivery = new Delivery(store, send, {
    onLateAnswer: (answer) => told.late.push(answer), onBarred: () => (told.barred += 1),
    onState: (waiting, reached) => told.states.push([waiting, reached]),
  });
  return { delivery, kept, told, sent, store };
}
const scan = (id) => ({ client_id: id, text: "HD1:x", scanned_at: 0 });
const ok = (id) => ({ kind: "ok", value: { ...NOBODY, client_id: id, verdict: "admitted" } });

test("a scan that is answered is done", async () => {
  const { delivery, kept, told } = scene([ok("1")]);
  assert.equal((await delivery.hand(scan("1"))).verdict, "admitted");
  assert.equal(kept.size, 0);
  assert.deepEqual(told.states.at(-1), [0, true]);
});

test("a scan without an answer stays until it has one", async () => {
  const { delivery, kept, told } = scene([{ kind: "away" }, { kind: "away" }, ok("1")]);
  assert.equal(await delivery.hand(scan("1")), null);
  assert.deepEqual(told.states.at(-1), [1, false]);
  await delivery.sendWaiting();
  assert.equal(kept.size, 1);
  await delivery.sendWaiting();
  assert.equal(kept.size, 0);
  assert.deepEqual(told.late.map((answer) => answer.client_id), ["1"]);
});

test("while nobody is there, one attempt is enough", async () => {
  const { delivery, sent } = scene([]);
  await delivery.hand(scan("1"));
  await delivery.hand(scan("2"));
  sent.length = 0;
  await delivery.sendWaiting();
  assert.deepEqual(sent, ["1"]);
});

test("a scan that is under way is not sent twice at once", async () => {
  const { delivery, sent } = scene([ok("1")]);
  const first = delivery.hand(scan("1"));
  await delivery.sendWaiting();
  await first;
  assert.deepEqual(sent, ["1"]);
});

test("a phone that is barred keeps its scans", async () => {
  const { delivery, kept, told } = scene([{ kind: "barred" }]);
  assert.equal(await delivery.hand(scan("1")), null);
  assert.equal(told.barred, 1);
  assert.equal(kept.size, 1);
});

test("a scan that will never be taken stays and is sent no more", async () => {
  const { delivery, kept, sent } = scene([{ kind: "refused" }]);
  await delivery.hand(scan("1"));
  await delivery.sendWaiting();
  assert.deepEqual(sent, ["1"]);
  assert.equal(kept.get("1").refused, true);
});

test("a scan that cannot be kept is not sent", async () => {
  const { delivery, sent, store } = scene([ok("1")]);
  store.add = () => Promise.reject(new Error("disk full"));
  await assert.rejects(delivery.hand(scan("1")), /disk full/);
  assert.deepEqual(sent, []);
});
