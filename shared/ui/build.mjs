// Builds what the browser gets: styles, type, scripts, icons, and manifest.json (logical name → file name).
// `npm run build`, from anywhere. The result replaces shared/ui/static/ in one move, so a running server never
// sees half of it. File names carry a hash of their content: they may be cached for ever.
import { build, transform } from "esbuild";
import { PurgeCSS } from "purgecss";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";

const UI = dirname(fileURLToPath(import.meta.url));
const ROOT = join(UI, "..", "..");
const OUT = join(UI, "static");
const STAGE = join(UI, `static.${process.pid}`);
const TARGET = ["chrome90", "firefox90", "safari14"];

// Logical name → source. Those of a room are built as soon as the room has them.
const PAGE_SCRIPTS = {
  app: "shared/ui/js/app.ts",
  "api-docs": "shared/ui/js/api-docs.ts",
  pass: "services/registration/invitations/offline/page.ts",
};
const MODULES = { scanner: "services/registration/door/scanner/main.ts" };
const WORKERS = {
  "door-sw": "services/registration/door/scanner/sw.ts",
  "pass-sw": "services/registration/invitations/offline/sw.ts",
};
const ZXING = "node_modules/zxing-wasm/dist/reader/zxing_reader.wasm";

// The page of the API's documentation comes as a package.
const READY_MADE = {
  "swagger-ui.js": "node_modules/swagger-ui-dist/swagger-ui-bundle.js",
  "swagger-ui.css": "node_modules/swagger-ui-dist/swagger-ui.css",
};

const manifest = {};

/** Writes one file under a name with a hash of its content and notes it in the manifest. */
function put(logicalName, content) {
  const { name, ext } = parse(logicalName);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const fileName = `${name}-${hash}${ext}`;
  writeFileSync(join(STAGE, fileName), content);
  manifest[logicalName] = fileName;
}

/** Entries whose source exists, with absolute paths. */
function present(sources) {
  return Object.entries(sources)
    .map(([name, path]) => [name, join(ROOT, path)])
    .filter(([, path]) => existsSync(path));
}

async function bundleScripts(sources, options) {
  for (const [name, entry] of present(sources)) {
    const result = await build({
      entryPoints: [entry], bundle: true, minify: true, write: false, target: "es2021",
      legalComments: "none", logLevel: "warning", absWorkingDir: ROOT, ...options,
    });
    put(`${name}.js`, result.outputFiles[0].contents);
  }
}

/** Every page and script of ours, to know which rules of the component library are in use. */
function* templatesAndScripts(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!/^(node_modules|static.*|__pycache__)$/.test(entry.name)) yield* templatesAndScripts(path);
    } else if (/\.ts$/.test(entry.name) || (/\.html$/.test(entry.name) && /[\\/]templates[\\/]|[\\/]ui[\\/]/.test(path))) {
      yield path;
    }
  }
}

async function bundleStyles() {
  const bundled = await build({
    entryPoints: [join(UI, "css", "app.css")], bundle: true, write: false, outdir: STAGE, target: TARGET,
    loader: { ".woff2": "file" }, assetNames: "[name]-[hash]", logLevel: "warning", absWorkingDir: ROOT,
  });
  for (const file of bundled.outputFiles.filter((f) => f.path.endsWith(".woff2"))) {
    writeFileSync(file.path, file.contents);
    manifest[basename(file.path).replace(/-normal-[^-]+\.woff2$/, ".woff2")] = basename(file.path);
  }
  const raw = bundled.outputFiles.find((f) => f.path.endsWith(".css")).text;
  const [purged] = await new PurgeCSS().purge({
    content: ["shared", "services"].flatMap((f) => (existsSync(join(ROOT, f)) ? [...templatesAndScripts(join(ROOT, f))] : [])),
    css: [{ raw }],
    // Ours are written by hand and partly put together in templates (hd-stand--{{ state }}): all stay.
    safelist: { standard: [/^hd-/, /^is-/, /^has-/, /^htmx-/, "voorbeeld-theme"], variables: [/^--hd-/] },
    variables: true,
  });
  put("app.css", (await transform(purged.css, { loader: "css", minify: true, target: TARGET })).code);
}

/** The tables of a WOFF file (W3C, WOFF 1.0 §5), unpacked: tag → content. */
function readWoff(woff) {
  const tables = new Map();
  for (let at = 44; at < 44 + 20 * woff.readUInt16BE(12); at += 20) {
    const [start, packed, size] = [4, 8, 12].map((offset) => woff.readUInt32BE(at + offset));
    const raw = woff.subarray(start, start + packed);
    tables.set(woff.toString("latin1", at, at + 4), packed < size ? inflateSync(raw) : raw);
  }
  return tables;
}

/** A table of names (OpenType, `name`) that calls the font just this. */
function nameFont(family, style) {
  const texts = [[1, family], [2, style], [4, `${family} ${style}`], [6, `${family}-${style}`.replaceAll(" ", "")]];
  const head = Buffer.alloc(6 + 12 * texts.length);
  [0, texts.length, head.length].forEach((n, i) => head.writeUInt16BE(n, 2 * i));
  const encoded = texts.map(([, text]) => Buffer.from(text, "utf16le").swap16());
  let offset = 0;
  texts.forEach(([id], i) => {
    [3, 1, 0x409, id, encoded[i].length, offset].forEach((n, j) => head.writeUInt16BE(n, 6 + 12 * i + 2 * j));
    offset += encoded[i].length;
  });
  return Buffer.concat([head, ...encoded]);
}

/** An OpenType font with TrueType outlines from its tables (OpenType, "Table Directory"). */
function writeFont(tables) {
  const power = 2 ** Math.floor(Math.log2(tables.size));
  const head = Buffer.alloc(12 + 16 * tables.size);
  head.writeUInt32BE(0x00010000);
  [tables.size, power * 16, Math.log2(power), (tables.size - power) * 16].forEach((n, i) => head.writeUInt16BE(n, 4 + 2 * i));
  const parts = [head];
  let offset = head.length;
  [...tables.keys()].sort().forEach((tag, i) => {
    const content = Buffer.concat([tables.get(tag), Buffer.alloc(-tables.get(tag).length & 3)]);
    let sum = 0;
    for (let at = 0; at < content.length; at += 4) sum = (sum + content.readUInt32BE(at)) >>> 0;
    head.write(tag, 12 + 16 * i, "latin1");
    [sum, offset, tables.get(tag).length].forEach((n, j) => head.writeUInt32BE(n, 16 + 16 * i + 4 * j));
    parts.push(content);
    offset += content.length;
  });
  return Buffer.concat(parts);
}

/**
 * The type of printed letters: what prints them reads OpenType only. The package has a file for each script, all with
 * one name, of which a program takes the first; so each gets a name of its own. Not in the manifest: no browser needs it.
 */
function unpackPrintFonts() {
  const folder = join(ROOT, "node_modules/@fontsource/noto-sans/files");
  mkdirSync(join(STAGE, "print"));
  for (const file of readdirSync(folder)) {
    const [, script, weight] = /^noto-sans-(.+)-(400|700)-normal\.woff$/.exec(file) ?? [];
    if (!script) continue;
    const tables = readWoff(readFileSync(join(folder, file)));
    tables.set("name", nameFont(`Noto Sans ${script}`, weight === "700" ? "Bold" : "Regular"));
    writeFileSync(join(STAGE, "print", file.replace(".woff", ".ttf")), writeFont(tables));
  }
}

/** One SVG with a symbol for each icon of icons.txt, drawn by the Lucide package. */
function drawSprite() {
  const names = readFileSync(join(UI, "icons.txt"), "utf8").split("\n").filter(Boolean);
  const symbols = names.map((name) => {
    const path = join(ROOT, "node_modules/lucide-static/icons", `${name}.svg`);
    if (!existsSync(path)) throw new Error(`icons.txt names "${name}", which lucide-static does not have.`);
    const drawing = readFileSync(path, "utf8").replace(/^[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s+/g, " ").trim()}</symbol>`;
  });
  put("sprite.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

/** The same entries in the order of their names, so that the same sources give the same bytes. */
function inOrder(entries) {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function main() {
  const started = Date.now();
  rmSync(STAGE, { recursive: true, force: true });
  mkdirSync(STAGE, { recursive: true });
  drawSprite();
  unpackPrintFonts();
  for (const [name, path] of Object.entries(READY_MADE)) put(name, readFileSync(join(ROOT, path)));
  put("icon.svg", readFileSync(join(UI, "images", "icon.svg")));
  if (present(MODULES).length > 0) put("zxing_reader.wasm", readFileSync(join(ROOT, ZXING)));
  await Promise.all([
    bundleStyles(),
    bundleScripts(PAGE_SCRIPTS, { format: "iife" }),
    bundleScripts(MODULES, { format: "esm" }),
  ]);
  // Service workers come last: they learn which files to keep (`declare const ASSETS: Record<string, string>`).
  await bundleScripts(WORKERS, { format: "iife", define: { ASSETS: JSON.stringify(inOrder(manifest)) } });
  writeFileSync(join(STAGE, "manifest.json"), JSON.stringify(inOrder(manifest), null, 2) + "\n");
  rmSync(OUT, { recursive: true, force: true });
  renameSync(STAGE, OUT);
  console.log(`Built ${Object.keys(manifest).length} files in ${((Date.now() - started) / 1000).toFixed(1)} s: shared/ui/static`);
}

main().catch((error) => {
  rmSync(STAGE, { recursive: true, force: true });
  console.error(`The front end was not built: ${error.message}`);
  process.exitCode = 1;
});
