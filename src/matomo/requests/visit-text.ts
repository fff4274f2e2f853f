/** The text of a visit's requests while it is written, straight as bytes: no piece of it is ever a string of its own. */

const FIRST_BYTES = 65_536;
const LINE_FEED = 10;

/** `000` to `999`: the codes of three digits as one number, to be written at once. */
const DIGITS = Int32Array.from(
  { length: 1000 },
  (_, i) => 0x30303000 + (Math.floor(i / 100) << 24) + ((Math.floor(i / 10) % 10) << 16) + ((i % 10) << 8),
);

/** Up to four letters as one number; what is left of it stands for nothing. */
function wordOf(letters: string): number {
  return Buffer.from(letters.padEnd(4, '\0'), 'latin1').readUInt32BE();
}

/** Text in ASCII that is written again and again. */
export type Piece = Uint8Array;

export function pieceOf(text: string): Piece {
  return Buffer.from(text, 'latin1');
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** One to eight letters as two numbers, to be written at once. */
export interface Letters {
  readonly first: number;
  readonly second: number;
  readonly count: number;
}

/** @throws RangeError where the text is too long */
export function lettersOf(text: string): Letters {
  if (text.length > 8) throw new RangeError(`expected at most 8 letters, found ${text}`);
  return { first: wordOf(text.slice(0, 4)), second: wordOf(text.slice(4)), count: text.length };
}

export class VisitText {
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** Where the next byte goes. */
  at = 0;
  private view = viewOf(this.bytes);

  /** Faster than a piece for what is short. */
  addLetters({ first, second, count }: Letters): void {
    const { at } = this;
    if (at + 8 > this.bytes.length) this.grow(at + 8);
    const { view } = this;
    view.setUint32(at, first);
    view.setUint32(at + 4, second);
    this.at = at + count;
  }

  add(piece: Piece): void {
    const { at } = this;
    const end = at + piece.length;
    if (end > this.bytes.length) this.grow(end);
    this.bytes.set(piece, at);
    this.at = end;
  }

  /** For texts of a few letters, in ASCII. */
  addShort(text: string): void {
    const { length } = text;
    let { at } = this;
    if (at + length > this.bytes.length) this.grow(at + length);
    const { bytes } = this;
    for (let i = 0; i < length; i++) bytes[at++] = text.charCodeAt(i);
    this.at = at;
  }

  /** For longer texts that come once, in ASCII. */
  addText(text: string): void {
    if (this.at + text.length > this.bytes.length) this.grow(this.at + text.length);
    this.at += this.bytes.write(text, this.at, 'latin1');
  }

  addNumber(value: number): void {
    const whole = value >>> 0;
    if (whole === value) this.addWhole(whole);
    else this.addShort(String(value));
  }

  endLine(): void {
    const { at } = this;
    if (at === this.bytes.length) this.grow(at + 1);
    this.bytes[at] = LINE_FEED;
    this.at = at + 1;
  }

  /** The bytes from the one place to the other once more. */
  repeat(from: number, to: number): void {
    const { at } = this;
    const end = at + to - from;
    if (end > this.bytes.length) this.grow(end);
    this.bytes.copyWithin(at, from, to);
    this.at = end;
  }

  /** A number of 32 bits. */
  private addWhole(value: number): void {
    if (value >= 1000) {
      const thousands = Math.floor(value / 1000);
      this.addWhole(thousands);
      this.addDigits(value - 1000 * thousands, 3);
    } else this.addDigits(value, value >= 100 ? 3 : value >= 10 ? 2 : 1);
  }

  /** The last digits of a number below 1000. */
  private addDigits(value: number, count: number): void {
    const { at } = this;
    if (at + 4 > this.bytes.length) this.grow(at + 4);
    this.view.setInt32(at, (DIGITS[value] as number) << (24 - 8 * count));
    this.at = at + count;
  }

  private grow(size: number): void {
    const larger = Buffer.allocUnsafeSlow(2 * size);
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}
