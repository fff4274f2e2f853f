/** The frame of every page: one file that asks for nothing else. */
import { type Markup, markup } from './markup.ts';
import { STYLE } from './style.ts';

export interface Page {
  readonly title: string;
  readonly header: Markup;
  readonly sections: readonly (Markup | undefined)[];
  readonly footer: Markup;
}

export function section(title: string, ...content: readonly (Markup | undefined | false)[]): Markup {
  return markup`<section><h2>${title}</h2>${content}</section>\n`;
}

/** A part of a section that has a heading of its own. */
export function titled(title: string, ...content: readonly Markup[]): Markup {
  return markup`<article><h3>${title}</h3>${content}</article>\n`;
}

/** Beside each other where there is room. */
export function columns(...parts: readonly (Markup | undefined | false)[]): Markup {
  return markup`<div class="columns">${parts}</div>`;
}

/** Browsers are told to load nothing, whatever a name on the page may look like. */
export function pageText({ title, header, sections, footer }: Page): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<header>${header}</header>
<main>
${sections}</main>
<footer>${footer}</footer>
</body>
</html>
`.text;
}
