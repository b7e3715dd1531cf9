#pragma once

namespace reslab::app {

/// The style sheet of report.html for light and dark screens and for print. Figures are drawn on
/// white; dark mode inverts them and rotates their hues back.
inline constexpr const char* kReportStyle = R"(
:root {
  color-scheme: light dark;
  --ground: #ffffff; --text: #1f2328; --faint: #59636e; --line: #d1d9e0; --shade: #f6f8fa;
  --met: #1a7f37; --unmet: #b3261e; --open: #7d5e00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #141414; --text: #e6e6e6; --faint: #a0a6ad; --line: #3a3f45; --shade: #1f2226;
    --met: #5bc97a; --unmet: #ff8a80; --open: #e0b84c;
  }
  iframe { filter: invert(0.92) hue-rotate(180deg); }
}
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif;
}
main { max-width: 1180px; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
h1 { font-size: 1.75rem; margin: 0 0 0.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 0.75rem; padding-bottom: 0.25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 0.5rem; }
.why { margin: 0.25rem 0; max-width: 75ch; }
.wide { overflow-x: auto; margin: 0.75rem 0; }
table { border-collapse: collapse; font-size: 0.925rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.6rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { background: var(--shade); font-weight: 600; white-space: normal; vertical-align: bottom; }
tbody th { font-weight: 500; }
.right { text-align: right; }
.values th { font: 0.85rem ui-monospace, "Liberation Mono", monospace; color: var(--faint); }
.values td { white-space: normal; overflow-wrap: anywhere; }
.claims { list-style: none; margin: 0; padding: 0; }
.claims li { margin: 0 0 0.75rem; padding: 0.1rem 0 0.1rem 0.85rem; border-left: 4px solid var(--open); break-inside: avoid; }
.claims .met { border-color: var(--met); }
.claims .unmet { border-color: var(--unmet); }
.claims strong { color: var(--open); }
.claims .met strong { color: var(--met); }
.claims .unmet strong { color: var(--unmet); }
.numbers { color: var(--faint); font-size: 0.925rem; }
figure { margin: 1rem 0 2rem; break-inside: avoid; }
iframe { display: block; width: 100%; border: 0; background: #ffffff; }
figcaption, .notes { color: var(--faint); font-size: 0.925rem; max-width: 95ch; }
.notes li { margin: 0.25rem 0; }
@media print {
  main { max-width: none; padding: 0; }
  body { font-size: 10.5pt; }
  .wide { overflow: visible; }
  table { font-size: 7.5pt; }
  th, td { padding: 0.15rem 0.3rem; }
}
)";

}  // namespace reslab::app
