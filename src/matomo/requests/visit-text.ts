/** The text of a visit's requests while it is written, straight as bytes: no piece of it is ever a string of its own. */

const FIRST_BYTES = 65_536;
const ZERO = 48;
const LINE_FEED = 10;

/** `000` to `999`, three digits each. */
const DIGITS = new Uint8Array(3000);
for (let i = 0; i < 1000; i++) {
  DIGITS[3 * i] = ZERO + Math.floor(i / 100);
  DIGITS[3 * i + 1] = ZERO + (Math.floor(i / 10) % 10);
  DIGITS[3 * i + 2] = ZERO + (i % 10);
}

/** Text in ASCII that is written again and again. */
export type Piece = Uint8Array;

export function pieceOf(text: string): Piece {
  return Buffer.from(text, 'latin1');
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** One to four letters as one number, to be written at once. */
export interface Letters {
  readonly word: number;
  readonly count: number;
}

/** The text in parts of four letters, the last one with what is left. */
export function lettersOf(text: string): Letters[] {
  const parts = text.match(/.{1,4}/gs) ?? [];
  return parts.map((part) => ({
    word: Buffer.from(part.padEnd(4, '\0'), 'latin1').readUInt32BE(),
    count: part.length,
  }));
}

export class VisitText {
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** Where the next byte goes. */
  at = 0;
  private view = viewOf(this.bytes);

  /** Faster than a piece for what is short. */
  addLetters(letters: readonly Letters[]): void {
    let { at } = this;
    if (at + 4 * letters.length > this.bytes.length) this.grow(at + 4 * letters.length);
    const { view } = this;
    for (let i = 0; i < letters.length; i++) {
      const { word, count } = letters[i] as Letters;
      view.setUint32(at, word);
      at += count;
    }
    this.at = at;
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
    if (Number.isSafeInteger(value) && value >= 0) this.addWhole(value);
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

  private addWhole(value: number): void {
    if (value >= 1000) {
      const thousands = Math.floor(value / 1000);
      this.addWhole(thousands);
      this.addDigits(value - 1000 * thousands, 3);
    } else this.addDigits(value, value >= 100 ? 3 : value >= 10 ? 2 : 1);
  }

  /** The last digits of a number below 1000. */
  private addDigits(value: number, count: number): void {
    let { at } = this;
    if (at + 3 > this.bytes.length) this.grow(at + 3);
    const { bytes } = this;
    if (count === 3) bytes[at++] = DIGITS[3 * value] as number;
    if (count >= 2) bytes[at++] = DIGITS[3 * value + 1] as number;
    bytes[at++] = DIGITS[3 * value + 2] as number;
    this.at = at;
  }

  private grow(size: number): void {
    const larger = Buffer.allocUnsafeSlow(2 * size);
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}
