// Makes the one file that Home Assistant serves; with an argument, writes it there.
import { build } from "esbuild";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const TRANSLATIONS = here("../custom_components/yeastar/translations/");

/** The words that pickers ask for before any could be loaded, of each language. */
const names = () => {
  const languages = readdirSync(TRANSLATIONS).sort();
  return languages.map((file) => {
    const { common } = JSON.parse(readFileSync(TRANSLATIONS + file, "utf8"));
    const picked = Object.entries(common)
      .filter(([key]) => /^card_(name|about)_/.test(key))
      .map(([key, words]) => [key.slice("card_".length), words]);
    return [file.slice(0, -".json".length), Object.fromEntries(picked)];
  });
};

const namesPlugin = {
  name: "names",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^yeastar:names$/ }, () => ({ path: "names", namespace: "yeastar" }));
    onLoad({ filter: /./, namespace: "yeastar" }, () => ({
      contents: `export default ${JSON.stringify(Object.fromEntries(names()))}`,
    }));
  },
};

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
  plugins: [namesPlugin],
});
