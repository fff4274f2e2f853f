/** How large a request may be: less after a server or a firewall has refused one as too large. */

export interface RequestSize {
  /** Bytes of a body at most, where several hits can be divided. */
  readonly mostBytes: number;
  /** The request was answered. */
  passed(bytes: number): void;
  /** A request with several hits was refused with the HTTP status; the parts of it have so many bytes at most. */
  refused(bytes: number, status: number, partBytes: number): void;
}

/**
 * A body that is refused although a larger one has passed was not refused for its size: that changes nothing.
 * @param onFound gets, once, the size that passed after one was refused
 */
export function createRequestSize(
  mostBytes: number,
  onFound?: (bytes: number, refusedBytes: number, status: number) => void,
): RequestSize {
  let most = mostBytes;
  let largestPassed = 0;
  let refusal: { readonly bytes: number; readonly status: number } | undefined;
  let isTold = false;
  return {
    get mostBytes() {
      return most;
    },
    passed(bytes) {
      largestPassed = Math.max(largestPassed, bytes);
      if (!refusal || isTold || bytes >= refusal.bytes) return;
      isTold = true;
      onFound?.(bytes, refusal.bytes, refusal.status);
    },
    refused(bytes, status, partBytes) {
      if (bytes <= largestPassed) return;
      refusal ??= { bytes, status };
      most = Math.min(most, Math.max(largestPassed, partBytes));
    },
  };
}
