/** HTML from templates in which every value is escaped, unless it is HTML itself. */
import { escapeMarkup } from '../escape.ts';

/** HTML that is safe as it stands. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Lists are joined; nothing is shown for undefined and false. */
type Value = Markup | string | number | undefined | false | readonly Value[];

function textOf(value: Value): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  return typeof value === 'object' ? value.map(textOf).join('') : escapeMarkup(String(value));
}

/** The tag of a template. Values stand in text or between double quotes. */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(String.raw({ raw: parts }, ...values.map(textOf)));
}
