import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { gzipAsync } from "@gfx/zopfli";
import { renderGraphiQL } from "@graphql-yoga/render-graphiql";
import { type Plugin, runnerImport } from "vite";
import { defineConfig } from "vitest/config";

// `npm run dev` serves the page with hot reload and asks a running `summit serve` for everything else.
const service = process.env["SUMMIT_URL"] ?? "http://127.0.0.1:8000";

const APART = "?apart";

interface Modules {
  getModuleInfo(id: string): { readonly isEntry: boolean; readonly dynamicImporters: readonly string[]; readonly importers: readonly string[] } | null;
}

/** The parts of the page that a module is loaded with. */
function partsOf(id: string, modules: Modules, seen = new Set<string>()): string[] {
  const info = modules.getModuleInfo(id);
  if (!info || seen.has(id)) return [];
  seen.add(id);
  const own = info.isEntry || info.dynamicImporters.length ? [info.isEntry ? ENTRY : id] : [];
  return [...own, ...info.importers.flatMap((user) => partsOf(user, modules, seen))];
}

// What the page starts with and what several of its parts need is one file: many small ones compress badly.
const ENTRY = "the entry";
const TOGETHER = [{
  debugName: "shared",
  name(id: string, modules: Modules): string | null {
    const parts = partsOf(id, modules);
    return parts.includes(ENTRY) || parts.length > 1 ? "shared" : null;
  },
}];

// GraphiQL with all it needs in one file, which the service gives out at /graphql: a browser needs no internet for it.
const graphiql: Plugin = {
  name: "graphiql",
  writeBundle({ dir }) {
    const defaultQuery = "{\n  models {\n    id\n    classCount\n  }\n}\n";
    const page = renderGraphiQL({ title: "Summit Graph: GraphQL", endpoint: "graphql", defaultQuery });
    writeFileSync(`${dir}/graphiql.html`, page);
  },
};

// What `summit export-site` asks of the database: the page's own questions.
const recorded: Plugin = {
  name: "questions",
  async writeBundle({ dir }) {
    const { module } = await runnerImport<typeof import("./src/site/questions")>("./src/site/questions.ts");
    writeFileSync(`${dir}/questions.json`, JSON.stringify(await module.questions()));
  },
};

/** Words that a part of the page needs are files of their own, loaded with it: `import words from "./words.json?apart"` is their text. */
function apart(): Plugin {
  let isBuild = false;
  return {
    name: "apart",
    enforce: "pre",
    configResolved: ({ command }) => void (isBuild = command === "build"),
    load(id) {
      if (!id.endsWith(APART)) return null;
      const file = id.slice(0, -APART.length);
      const text = readFileSync(file, "utf8");
      this.addWatchFile(file);
      if (!isBuild) return `export default ${JSON.stringify(text)}`;
      const source = file.endsWith(".json") ? JSON.stringify(JSON.parse(text)) : text;
      const reference = this.emitFile({ type: "asset", name: basename(file), source });
      return `import { fetchText } from "/src/fetchText"; export default await fetchText(import.meta.ROLLUP_FILE_URL_${reference});`;
    },
  };
}

// GraphQL needs no spaces beside its punctuation; one stays behind what a template's "}" ends with.
const terse: Plugin = {
  name: "terse",
  apply: "build",
  transform: (code, id) => (id.endsWith("/src/documents.ts") ? code.replaceAll(/`[^`]*`/g, (document) => document.replaceAll(/\s+/g, " ").replaceAll(/ ?([{(),:!=]) ?| (?=})/g, "$1")) : null),
};

// A room's part needs nothing but what is there already, so that Vite's helper, which fetches what a part needs ahead of it, has nothing to do.
// No option of Vite leaves it out; it is known by an internal name, and a build in which that has changed fails.
const plainImports: Plugin = {
  name: "plain-imports",
  enforce: "pre",
  load: (id) => (id.includes("vite/preload-helper") ? "export const __vitePreload = (load) => load();" : null),
  generateBundle(_, bundle) {
    const parts = Object.values(bundle).filter((part) => part.type === "chunk");
    const helped = parts.find(({ code }) => code.includes("modulepreload"));
    if (helped) this.error(`${helped.fileName} holds Vite's preload helper, expected none: look for the helper's new name in Vite and give it to plainImports in web/vite.config.ts`);
    const first = parts.filter(({ isEntry }) => isEntry).flatMap(({ fileName, imports }) => [fileName, ...imports]);
    for (const { fileName, imports } of parts) {
      const late = imports.find((other) => !first.includes(other));
      if (late) this.error(`${fileName} needs ${late}, which nothing fetches ahead of it: put what both share into a group of codeSplitting, or take plainImports out of web/vite.config.ts`);
    }
  },
};

// What D3 animates here are numbers, transforms and opacities. Its colours, which it would look for in every one of them, are a
// fiftieth of the page, names and all.
const COLOURLESS = "\0colourless";
const colourless: Plugin = {
  name: "colourless",
  enforce: "pre",
  apply: "build",
  resolveId: (id) => (id === "d3-color" ? COLOURLESS : null),
  load: (id) => (id === COLOURLESS ? "export function color() { return null; } export { color as cubehelix, color as hcl, color as hsl, color as lab, color as rgb };" : null),
};

// Each text file once more in gzip, so that the service does not compress it for every request. What every visitor loads is
// searched for the shortest way to say it: a twentieth fewer bytes, for seconds of each build.
const compressed: Plugin = {
  name: "compressed",
  async closeBundle() {
    const folder = new URL("../graphql_api/page/", import.meta.url);
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (!/\.(js|css|html|json|md)$/.test(name)) continue;
      const text = readFileSync(new URL(name, folder));
      const packed = /\.(js|css)$/.test(name) ? await gzipAsync(text, { numiterations: 15 }) : gzipSync(text, { level: 9 });
      writeFileSync(new URL(`${name}.gz`, folder), packed);
    }
  },
};

export default defineConfig({
  base: "./", // works below any prefix that a proxy gives it
  plugins: [apart(), terse, plainImports, colourless, graphiql, recorded, compressed],
  server: { proxy: { "/graphql": service, "/pictures": service, "/events": service, "/export": service } },
  build: {
    outDir: "../graphql_api/page",
    modulePreload: { polyfill: false, resolveDependencies: (_, names, { hostType }) => (hostType === "html" ? names : []) },
    emptyOutDir: true,
    target: "es2023",
    cssCodeSplit: false, // nothing would load a room's own
    chunkSizeWarningLimit: 400,
    rolldownOptions: { output: { codeSplitting: { groups: TOGETHER } } },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node", pool: "threads", isolate: false }, // a process for each file took most of the time
});
