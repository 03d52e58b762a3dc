/**
 * The report's own look: a sheet of paper, on the screen and from a printer. The page's policy knows it by its hash
 * (sw/shared/served-headers.ts): a test tells the new one when it changes.
 */
export const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 60rem; padding: 1.5rem clamp(1rem, 4vw, 2.5rem) 3rem;
  background: #fff; color: #1b2126;
  font: 15px/1.45 system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', sans-serif;
}
h1, h2, h3 { line-height: 1.25; margin: 0; }
h1 { font: 700 1.7rem/1.2 Charter, 'Bitstream Charter', Cambria, 'Liberation Serif', serif; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin-top: 2rem; padding-top: 0.8rem; border-top: 1px solid #8d9298; break-after: avoid; }
h3 + p { break-after: avoid; }
h3 { font-size: 1rem; margin-top: 1.3rem; break-after: avoid; }
p, ul, dl, figure { margin: 0.6rem 0; }
p, li { max-width: 46rem; overflow-wrap: anywhere; }
ul { padding-left: 1.2rem; }
li { margin: 0.2rem 0; }
.lead, .note, caption, dt { color: #505a63; }
.note { font-size: 0.86em; }
.warnings { margin: 1rem 0; padding: 0.1rem 1rem; border: 1px solid #dedad1; border-left: 4px solid #9c1c2e; break-inside: avoid; }
.warnings h2 { margin: 0.6rem 0 0; padding: 0; border: 0; font-size: 1rem; }
.short { font-size: 1.07em; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); gap: 0.3rem 1.5rem; }
dl div { min-width: 0; }
dt { font-size: 0.85em; }
dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: 0.9rem 0; }
table { border-collapse: collapse; font-size: 0.86rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: 0.3rem; font-weight: 600; color: #1b2126; }
th, td { padding: 0.22rem 1rem 0.22rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #dedad1; }
th { font-weight: 500; }
thead th { color: #505a63; font-size: 0.95em; vertical-align: bottom; }
.wrap { display: inline-block; min-width: 11rem; overflow-wrap: anywhere; }
svg { max-width: 100%; height: auto; }
.key { font-size: 0.75rem; color: #505a63; overflow-wrap: anywhere; display: inline-block; min-width: 14rem; }
@page { size: A4; margin: 14mm 13mm; }
@media print {
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .scroll { overflow: visible; }
  figure, .scroll:not(.long), tr, li, dl div { break-inside: avoid; }
  thead { display: table-header-group; }
  caption { break-after: avoid; }
  figure svg { max-height: 240mm; }
  table { font-size: 8pt; }
  th, td { padding-right: 0.6rem; }
  .key { font-size: 6.5pt; min-width: 0; }
  .wrap { min-width: 0; }
}
`;
