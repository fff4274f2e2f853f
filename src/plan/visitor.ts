/** Visitors as pure functions of (seed, visitor number): who they are, where they live, what they browse with. */
import type { Persona, TrafficSettings, Visitor } from '../types.ts';
import { type AddressBook, createAddressBook } from './address.ts';
import type { Browser, Catalogue, City, Country } from './catalogue.ts';
import type { HourProfile } from './curve.ts';
import { createWeightedChoice, type WeightedChoice } from './draw.ts';
import { CONCERN, type RandomSource, type RandomStream } from './random.ts';

/** Share of visitors who have an account on the site. */
const ACCOUNT_SHARE = 0.12;
/** Draws of a home before the last is kept, though its people would be asleep. */
const HOME_DRAWS = 6;
/** A weekday whose hours stand for all when a visitor's home is drawn. */
const WORKDAY = 3;
const HEX = '0123456789abcdef';

export interface Visitors {
  /** `minuteOfDay` is the expected local minute, in the plan's timezone, of the visitor's first visit. */
  visitor(number: number, minuteOfDay: number): Visitor;
}

interface Home {
  readonly country: Country;
  readonly city: City;
}

interface HomeChoice {
  readonly country: Country;
  readonly cities: WeightedChoice<City>;
  readonly languages: WeightedChoice<readonly [string, number]>;
  readonly addresses: AddressBook;
}

function createHomes(catalogue: Catalogue, classCount: number): WeightedChoice<HomeChoice> {
  const homes = catalogue.countries.map((country) => ({
    country,
    cities: createWeightedChoice(country.cities, (city) => city.weight),
    languages: createWeightedChoice(country.languages, (language) => language[1]),
    addresses: createAddressBook(country, classCount),
  }));
  return createWeightedChoice(homes, (home) => home.country.weight);
}

/** 16 hexadecimal digits, the first never 0 so that the text is not taken for a padded number. */
function drawId(stream: RandomStream): string {
  let id = HEX.charAt(1 + Math.floor(stream.next() * 15));
  for (let i = 0; i < 5; i++)
    id += Math.floor(0x1000 + stream.next() * 0x1000)
      .toString(16)
      .slice(1);
  return id;
}

/** Share of each local clock among visitors, by its timezone. */
export function clockShares(catalogue: Catalogue): { timezone: string; share: number }[] {
  const shares = new Map<string, number>();
  const total = catalogue.countries.reduce((sum, country) => sum + country.weight, 0);
  for (const country of catalogue.countries) {
    const cities = country.cities.reduce((sum, city) => sum + city.weight, 0);
    for (const city of country.cities) {
      const share = (country.weight / total) * (city.weight / cities);
      shares.set(city.timezone, (shares.get(city.timezone) ?? 0) + share);
    }
  }
  return [...shares].map(([timezone, share]) => ({ timezone, share }));
}

export interface VisitorRules {
  readonly settings: TrafficSettings;
  readonly catalogue: Catalogue;
  readonly random: RandomSource;
  readonly profile: HourProfile;
  readonly classCount: number;
  /** Lead of a timezone's clock over the plan's, in minutes. */
  readonly leadMinutes: (timezone: string) => number;
}

export function createVisitors(rules: VisitorRules): Visitors {
  const { settings, catalogue, random, profile, classCount } = rules;
  const homes = createHomes(catalogue, classCount);
  const browsers = createWeightedChoice(catalogue.browsers, (browser) => browser.weight);
  const screens = new Map<Browser, WeightedChoice<readonly [string, number]>>(
    catalogue.browsers.map((b) => [b, createWeightedChoice(b.screens, (screen) => screen[1])]),
  );
  const hints = new Map<Browser, string>(
    catalogue.browsers.flatMap((b) => (b.uadata ? [[b, JSON.stringify(b.uadata)] as const] : [])),
  );
  const personas = createWeightedChoice<Persona>(settings.journeys.personas, (persona) => persona.share);
  const leads = new Map(clockShares(catalogue).map((c) => [c.timezone, rules.leadMinutes(c.timezone)]));
  const busiest = Array.from({ length: 1440 }, (_, minute) => profile.at(minute, WORKDAY, 0)).reduce(
    (most, value) => Math.max(most, value),
    0,
  );

  /** Homes by share and by whether people there are awake: at night in Europe, more visits come from America. */
  function drawHome(stream: RandomStream, minuteOfDay: number): Home & { choice: HomeChoice } {
    for (let draw = 1; ; draw++) {
      const choice = homes.pick(stream);
      const city = choice.cities.pick(stream);
      const minute = (minuteOfDay + (leads.get(city.timezone) ?? 0) + 2880) % 1440;
      const isAwake =
        !settings.hasPlaces || stream.next() * busiest < profile.at(Math.floor(minute), WORKDAY, 0);
      if (isAwake || draw === HOME_DRAWS) return { choice, country: choice.country, city };
    }
  }

  return {
    visitor(number, minuteOfDay) {
      const stream = random.stream(CONCERN.visitor, number, 0);
      const { choice, country, city } = drawHome(stream, minuteOfDay);
      const browser = browsers.pick(stream);
      const address = choice.addresses.addressOf(number, number % classCount, stream);
      const id = drawId(stream);
      const hasAccount = settings.hasPlaces && stream.next() < ACCOUNT_SHARE;
      return {
        number,
        id,
        userId: hasAccount ? `user-${id.slice(0, 10)}` : undefined,
        persona: personas.pick(stream).name,
        userAgent: browser.ua,
        clientHints: hints.get(browser),
        device: browser.device,
        speed: browser.speed,
        resolution: (screens.get(browser) as WeightedChoice<readonly [string, number]>).pick(stream)[0],
        language: choice.languages.pick(stream)[0],
        timezone: city.timezone,
        place: settings.hasPlaces
          ? {
              address,
              country: country.code,
              region: city.region,
              city: city.name,
              lat: city.lat,
              long: city.long,
            }
          : undefined,
      };
    },
  };
}
