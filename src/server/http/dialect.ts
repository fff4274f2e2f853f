/** How refusals are written: as the predecessor's clients expect them, or as problem details (RFC 9457) in version 2. */
import type { FieldProblem, Refusal } from './refusal.ts';

const V2 = /^\/api\/v2(\/|$)/;

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Key required',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Changed meanwhile',
  413: 'Body too large',
  415: 'Body of the wrong type',
  421: 'Unknown host',
  422: 'Invalid values',
  428: 'If-Match required',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'The target refused',
  503: 'Not available',
  507: 'Disk full',
};

interface Written {
  readonly contentType: string;
  readonly body: unknown;
}

function problemDetails(refusal: Refusal, path: string): Written {
  const { status, message, code, hint, fields } = refusal;
  const errors = fields.map(({ loc, message, code, hint }) => ({
    field: loc.slice(1).join('.'),
    in: loc[0],
    message,
    code,
    ...(hint === undefined ? {} : { hint }),
  }));
  return {
    contentType: 'application/problem+json',
    body: {
      type: 'about:blank',
      title: TITLES[status] ?? 'Error',
      status,
      detail: message,
      instance: path,
      code,
      ...(hint === undefined ? {} : { hint }),
      ...(errors.length > 0 ? { errors } : {}),
    },
  };
}

function pydanticField({ loc, message, code, input }: FieldProblem) {
  return { type: code, loc, msg: message, ...(input === undefined ? {} : { input }) };
}

/** The predecessor's framework: `detail` is a text, or a list where fields are wrong. */
function predecessorError(refusal: Refusal): Written {
  const { status, message, fields } = refusal;
  const detail = fields.length > 0 ? fields.map(pydanticField) : message;
  return {
    contentType: 'application/json',
    body: status === 429 ? { error: message, detail } : { detail },
  };
}

/** @param path of the request, which says whose clients ask */
export function writeRefusal(refusal: Refusal, path: string): Written {
  return V2.test(path) ? problemDetails(refusal, path) : predecessorError(refusal);
}
