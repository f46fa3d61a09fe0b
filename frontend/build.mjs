// Makes the one file that Home Assistant serves; with an argument, writes it there.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [here("src/index.ts")],
  outfile: process.argv[2] ?? here("../custom_components/yeastar/www/yeastar-cards.js"),
  absWorkingDir: here("."),
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "eof",
});
