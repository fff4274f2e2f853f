/** Personas among frequent visitors and among the others: who is loyal, and who has an account. */
import type { Persona } from '../../types/content/journeys.ts';
import type { Loyalty } from './loyalty.ts';

/** How much likelier frequent visitors have an account than all. */
const LOYAL_ACCOUNTS = 2.2;

/** A persona among frequent visitors, or among the others. */
export interface Character {
  readonly name: string;
  readonly share: number;
  /** Share of them with an account. */
  readonly account: number;
}

/** Shares among frequent visitors: as loyalty has them, but for no persona more than there are visits of it. */
function loyalShares(personas: readonly Persona[], loyalShare: number): { ofAll: number; loyal: number }[] {
  const total = personas.reduce((sum, { share }) => sum + share, 0);
  const weighted = personas.reduce((sum, { share, loyalty }) => sum + share * loyalty, 0);
  const shares = personas.map(({ share, loyalty }) => {
    const ofAll = share / total;
    return { ofAll, wanted: weighted > 0 ? (share * loyalty) / weighted : ofAll };
  });
  const strength = shares.reduce((least, { ofAll, wanted }) => {
    const most = loyalShare > 0 ? ofAll / loyalShare : 1;
    return wanted > most ? Math.min(least, (most - ofAll) / (wanted - ofAll)) : least;
  }, 1);
  return shares.map(({ ofAll, wanted }) => ({ ofAll, loyal: ofAll + strength * (wanted - ofAll) }));
}

/** Shares and accounts such that over the visits of both kinds of class they are those of the personas. */
export function charactersOf(personas: readonly Persona[], { loyalShare }: Loyalty) {
  const shares = loyalShares(personas, loyalShare);
  const characters = personas.map(({ name, account }, i) => {
    const { ofAll = 0, loyal = 0 } = shares[i] ?? {};
    const other = loyalShare < 1 ? Math.max(0, ofAll - loyalShare * loyal) / (1 - loyalShare) : ofAll;
    /** Part of the persona's visits that are of frequent visitors. */
    const part = ofAll > 0 ? (loyalShare * loyal) / ofAll : 0;
    const loyalAccount = Math.min(1, account * LOYAL_ACCOUNTS, part > 0 ? account / part : account);
    const otherAccount = part < 1 ? Math.max(0, account - part * loyalAccount) / (1 - part) : account;
    return {
      loyal: { name, share: loyal, account: loyalAccount },
      other: { name, share: other, account: otherAccount },
    };
  });
  return { loyal: characters.map(({ loyal }) => loyal), other: characters.map(({ other }) => other) };
}
