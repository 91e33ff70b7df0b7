import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { renderGraphiQL } from "@graphql-yoga/render-graphiql";
import { type Plugin, runnerImport } from "vite";
import { defineConfig } from "vitest/config";

// `npm run dev` serves the page with hot reload and asks a running `summit serve` for everything else.
const service = process.env["SUMMIT_URL"] ?? "http://127.0.0.1:8000";

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

// Each text file once more in gzip, so that the service does not compress it for every request.
const compressed: Plugin = {
  name: "compressed",
  closeBundle() {
    const folder = new URL("../graphql_api/page/", import.meta.url);
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }))
      if (/\.(js|css|html)$/.test(name)) writeFileSync(new URL(`${name}.gz`, folder), gzipSync(readFileSync(new URL(name, folder)), { level: 9 }));
  },
};

export default defineConfig({
  base: "./", // works below any prefix that a proxy gives it
  plugins: [graphiql, recorded, compressed],
  server: { proxy: { "/graphql": service, "/pictures": service, "/events": service, "/export": service } },
  build: { outDir: "../graphql_api/page", emptyOutDir: true, target: "es2023", chunkSizeWarningLimit: 400 },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
