/** The kinds of value that say where requests go and what they carry. */
import * as z from 'zod';
import { reportingEndpoint, trackingEndpoint } from '../targets/tracking-url.ts';
import { headerLines, parseHeaderLine } from './header-lines.ts';
import { allowedValues, readText } from './values.ts';

/** A text or a list of lines; the parsed value is a text of one header a line. */
export function headers() {
  const read = (raw: unknown) => {
    const text = Array.isArray(raw) ? raw.join('\n') : raw;
    return typeof text === 'string' ? headerLines(text).join('\n') : text;
  };
  const schema = z
    .string()
    .min(1)
    .superRefine((text, context) => {
      for (const [index, line] of headerLines(text).entries()) {
        const reading = parseHeaderLine(line);
        if ('reason' in reading) {
          context.addIssue({ code: 'custom', message: `header ${index + 1} ${reading.reason}` });
        }
      }
    })
    // Editors must offer the list of lines that is read here as one text.
    .meta({ type: ['string', 'array'], items: { type: 'string' } });
  return z.preprocess(read, schema).register(allowedValues, { text: 'lines of the form Name: value' });
}

/** The address of the Reporting API; the parsed value always names a file. */
export function apiUrl() {
  const schema = z
    .string()
    .superRefine((value, context) => {
      const endpoint = reportingEndpoint(value);
      if ('reason' in endpoint) context.addIssue({ code: 'custom', message: endpoint.reason });
    })
    .overwrite((value) => {
      const endpoint = reportingEndpoint(value);
      return 'url' in endpoint ? endpoint.url : value;
    });
  return z
    .preprocess(readText, schema)
    .register(allowedValues, { text: 'the http(s) address of a Matomo or of its index.php' });
}

/** Any http(s) address. */
export function webAddress() {
  const isWeb = (value: string) => /^https?:\/\//i.test(value) && URL.canParse(value);
  return z
    .preprocess(readText, z.string().refine(isWeb, 'it is no http(s) address'))
    .register(allowedValues, { text: 'an http(s) address' });
}

/** The tracking endpoint: a base URL is completed with `matomo.php`. */
export function trackingUrl() {
  const schema = z
    .string()
    .superRefine((value, context) => {
      const endpoint = trackingEndpoint(value);
      if ('reason' in endpoint) context.addIssue({ code: 'custom', message: endpoint.reason });
    })
    .overwrite((value) => {
      const endpoint = trackingEndpoint(value);
      return 'url' in endpoint ? endpoint.url : value;
    });
  return z
    .preprocess(readText, schema)
    .register(allowedValues, { text: 'the http(s) address of a Matomo or of its tracking endpoint' });
}
