import { defineConfig } from "vite";

// Assets are served by `stargauge serve`, under a policy that allows no inline script or style; file names carry a hash of their content.
export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/stargauge/web/assets",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: "manifest.json",
    target: "es2022",
  },
  server: { proxy: { "/api": "http://127.0.0.1:8765" } },
});
