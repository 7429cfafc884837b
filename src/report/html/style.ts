/** The look of the page: light or dark as the reader's system is, and on paper. No font and no picture from elsewhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #fff; --front: #1b1f24; --faint: #57606a; --line: #d0d7de; --panel: #f6f8fa;
  --good: #116329; --bad: #a40e26; --doubt: #7d4e00; --accent: #0550ae;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #0d1117; --front: #e6edf3; --faint: #9198a1; --line: #3d444d; --panel: #151b23;
    --good: #56d364; --bad: #ff7b72; --doubt: #e3b341; --accent: #79c0ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 80rem; background: var(--back); color: var(--front);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .25rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .25rem 0; }
code { font: .875em ui-monospace, monospace; }
.faint { color: var(--faint); }
.word { font-weight: 700; }
.sound { color: var(--good); } .broken, .suspect { color: var(--bad); } .unknown { color: var(--doubt); }
.counts { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: .5rem 0; padding: 0; list-style: none; }
[hidden] { display: none !important; }
.tools { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: .75rem 0 .5rem; }
input[type="search"] { font: inherit; padding: .25rem .5rem; width: 24rem; max-width: 100%; color: inherit;
  background: var(--panel); border: 1px solid var(--line); border-radius: .375rem; }
.scroll { overflow-x: auto; }
td.broken { white-space: nowrap; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .375rem .5rem; border-bottom: 1px solid var(--line); }
thead th { white-space: nowrap; background: var(--panel); }
th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
th[aria-sort="ascending"] button::after { content: " \\2191"; }
th[aria-sort="descending"] button::after { content: " \\2193"; }
summary { cursor: pointer; }
summary:focus-visible, button:focus-visible, input:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.path { margin: .25rem 0; padding: 0; list-style: none; }
.path li { padding-left: 1.25rem; border-left: 2px solid var(--line); margin-left: .5rem; }
.path li:last-child { border-color: var(--bad); }
.path li:last-child code { color: var(--bad); font-weight: 600; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .125rem .75rem; margin: .5rem 0; }
dt { color: var(--faint); } dd { margin: 0; grid-column: -2; }
.command { display: inline-flex; gap: .5rem; align-items: baseline; padding: .125rem .375rem; background: var(--panel);
  border: 1px solid var(--line); border-radius: .375rem; }
.command button { white-space: nowrap; font: .75rem system-ui, sans-serif; color: var(--accent); background: none; border: 0; cursor: pointer; }
@media (max-width: 40rem) { dl { grid-template-columns: minmax(0, 1fr); } .wide { display: none; } }
@media print { .tools, .command button { display: none; } body { max-width: none; } tr, li { break-inside: avoid; } }
`;
