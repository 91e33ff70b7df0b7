import { defineConfig } from "vitest/config";

// `npm run dev` serves the page with hot reload and asks a running `summit serve` for everything else.
const service = process.env["SUMMIT_URL"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  server: { proxy: { "/graphql": service, "/pictures": service } },
  build: { target: "es2023", chunkSizeWarningLimit: 400 },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
