import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the server: the address of a running `offpage dev`. */
const server = process.env.OFFPAGE_DEV ?? "http://127.0.0.1:8700";

/** What stays in one file of its own, so that a change of ours does not make browsers load it again. */
const vendors: [string, RegExp][] = [
  ["codemirror", /node_modules\/(@codemirror|@lezer|style-mod|w3c-keyname|crelt)\//],
  ["charts", /node_modules\/uplot\//],
  ["drag", /node_modules\/(@atlaskit|bind-event-listener|raf-schd)\//],
  ["react", /node_modules\/(react|react-dom|scheduler)\//],
  ["interface", /node_modules\/(@mantine|@floating-ui|clsx|react-remove-scroll|@tanstack)\//],
];

/** What a browser may have to load before it shows anything, gzipped: scripts and styles, without the lazily loaded. */
const FIRST_LOAD_KB = 350;

/** Fails the build when the first load has grown too large. */
function firstLoad(): Plugin {
  return {
    name: "first-load",
    apply: "build",
    generateBundle(_options, bundle) {
      const wanted = new Set<string>();
      const visit = (name: string) => {
        const chunk = bundle[name];
        if (wanted.has(name) || chunk?.type !== "chunk") return;
        wanted.add(name);
        for (const other of chunk.imports) visit(other);
        for (const style of chunk.viteMetadata?.importedCss ?? []) wanted.add(style);
      };
      for (const [name, chunk] of Object.entries(bundle)) if (chunk.type === "chunk" && chunk.isEntry) visit(name);
      let bytes = 0;
      for (const name of wanted) {
        const part = bundle[name];
        if (part) bytes += gzipSync(part.type === "chunk" ? part.code : part.source).length;
      }
      const size = Math.round(bytes / 1000);
      if (size > FIRST_LOAD_KB)
        this.error(`The first load is ${size} kB gzipped; at most ${FIRST_LOAD_KB} kB is allowed.`);
      this.info(`First load: ${size} kB gzipped, of ${FIRST_LOAD_KB} kB.`);
    },
  };
}

export default defineConfig({
  base: "/editor/",
  plugins: [react(), firstLoad()],
  build: {
    outDir: "../src/offpage/web/ui",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        manualChunks: (id) => vendors.find(([, pattern]) => pattern.test(id))?.[0],
      },
    },
  },
  server: {
    proxy: { "/editor/api": { target: server, changeOrigin: true } },
  },
  test: { environment: "node", include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
});
