// Pictures of our distributions with published figures beside them, as SVG that reads on light and on dark pages.

const WIDTH = 640;
const HEIGHT = 240;
const LEFT = 44;
const BOTTOM = 46;
const TOP = 30;
const STYLE = `text{font:12px system-ui,sans-serif;fill:#57606a}.title{font-weight:600;fill:#24292f}
.grid{stroke:#8c959f;stroke-opacity:.3}.ours{fill:#2f6fde}.line{fill:none;stroke-width:1.6}
.published{fill:none;stroke:#d4622a;stroke-width:2}.mark{fill:#d4622a}
@media(prefers-color-scheme:dark){text{fill:#9aa4af}.title{fill:#e6edf3}.ours{fill:#6ea0ff}}`;

const escaped = (text) => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;');
const short = (value) => Number(value.toFixed(value < 1 ? 2 : 1));

function frame(title, legend, most, format, body) {
  const y = (value) => HEIGHT - BOTTOM - (value / most) * (HEIGHT - BOTTOM - TOP);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = y(part * most);
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${short(at)}" y2="${short(at)}"/><text x="${LEFT - 6}" y="${short(at + 4)}" text-anchor="end">${format(part * most)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">
<style>${STYLE}</style>
<text class="title" x="0" y="14">${escaped(title)}</text>
<text x="${WIDTH}" y="14" text-anchor="end">${escaped(legend)}</text>
${ticks.join('\n')}
${body(y)}
</svg>
`;
}

const percent = (value) => `${Math.round(value * 100)}%`;

/** Bars of ours with a mark where the published value is: `{ label, ours, published? }`. */
export function bars(title, rows, format = percent) {
  const most = Math.max(...rows.flatMap(({ ours, published = 0 }) => [ours, published])) * 1.08;
  const step = (WIDTH - LEFT) / rows.length;
  const hasMarks = rows.some(({ published }) => published !== undefined);
  return frame(title, hasMarks ? 'bar: ours, line: published' : 'ours', most, format, (y) =>
    rows
      .map(({ label, ours, published }, i) => {
        const x = LEFT + i * step;
        const bar = `<rect class="ours" x="${short(x + step * 0.15)}" width="${short(step * 0.7)}" y="${short(y(ours))}" height="${short(HEIGHT - BOTTOM - y(ours))}"/>`;
        const mark =
          published === undefined
            ? ''
            : `<line class="published" x1="${short(x + step * 0.06)}" x2="${short(x + step * 0.94)}" y1="${short(y(published))}" y2="${short(y(published))}"/>`;
        const words = String(label).split(' ');
        const text = words
          .map(
            (word, line) =>
              `<tspan x="${short(x + step / 2)}" dy="${line === 0 ? 0 : 13}">${escaped(word)}</tspan>`,
          )
          .join('');
        return `${bar}${mark}<text x="${short(x + step / 2)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${text}</text>`;
      })
      .join('\n'),
  );
}

const COLOURS = ['#2f6fde', '#2da44e', '#a475f9'];

/** Days of several presets: `{ name, values }`. */
export function lines(title, series, labels) {
  const most = Math.max(...series.flatMap(({ values }) => values)) * 1.05;
  const count = series[0].values.length;
  const x = (i) => LEFT + (i / (count - 1)) * (WIDTH - LEFT);
  return frame(
    title,
    '',
    most,
    (value) => String(Math.round(value)),
    (y) =>
      [
        ...series.map(
          ({ values }, rank) =>
            `<polyline class="line" stroke="${COLOURS[rank]}" points="${values.map((value, i) => `${short(x(i))},${short(y(value))}`).join(' ')}"/>`,
        ),
        ...series.map(
          ({ name }, rank) =>
            `<text x="${LEFT + 10 + rank * 90}" y="${HEIGHT - 8}" style="fill:${COLOURS[rank]}">${escaped(name)}</text>`,
        ),
        ...labels.map(
          ({ at, text }) =>
            `<text x="${short(x(at))}" y="${HEIGHT - BOTTOM + 16}" text-anchor="${at === 0 ? 'start' : at === count - 1 ? 'end' : 'middle'}">${escaped(text)}</text>`,
        ),
      ].join('\n'),
  );
}
