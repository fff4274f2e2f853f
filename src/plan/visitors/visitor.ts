/** Visitors as pure functions of (seed, visitor number): who they are, where they live, what they browse with. */
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { Visitor } from '../../types/visitor.ts';
import type { Browser, Catalogue, City } from '../catalogue.ts';
import type { HourProfile } from '../days/day-curve.ts';
import { createWeightedChoice, type WeightedChoice } from '../draw.ts';
import { modulo } from '../exact-math.ts';
import { CONCERN, type RandomSource, type RandomStream } from '../random.ts';
import { type AddressBook, createAddressBook } from './address.ts';
import { type Character, charactersOf } from './characters.ts';
import type { Loyalty } from './loyalty.ts';

/** Draws of a home before the last is kept, though its people would be asleep. */
const HOME_DRAWS = 6;
/** A weekday whose hours stand for all when a visitor's home is drawn. */
const WORKDAY = 3;
const HEX = '0123456789abcdef';
/** `000` to `fff`. */
const THREE_HEX = Array.from({ length: 4096 }, (_, i) => i.toString(16).padStart(3, '0'));

export interface Visitors {
  /** `minuteOfDay` is the expected local minute, in the plan's timezone, of the visitor's first visit. */
  visitor(number: number, minuteOfDay: number): Visitor;
}

interface Home {
  readonly city: City;
  /** Lead of the city's clock over the plan's. */
  readonly leadMinutes: number;
}

interface HomeCountry {
  readonly code: string;
  readonly homes: WeightedChoice<Home>;
  readonly languages: WeightedChoice<readonly [string, number]>;
  readonly addresses: AddressBook;
}

/** A browser and what its visitors have in common. */
interface Equipment {
  readonly browser: Browser;
  readonly screens: WeightedChoice<readonly [string, number]>;
  readonly clientHints: string | undefined;
  readonly hasPdfViewer: boolean;
}

function createCountries({
  catalogue,
  classCount,
  leadMinutes,
}: VisitorOptions): WeightedChoice<HomeCountry> {
  const countries = catalogue.countries.map((country) => {
    const homes = country.cities.map((city) => ({ city, leadMinutes: leadMinutes(city.timezone) }));
    return {
      code: country.code,
      weight: country.weight,
      homes: createWeightedChoice(homes, ({ city }) => city.weight),
      languages: createWeightedChoice(country.languages, ([, weight]) => weight),
      addresses: createAddressBook(country, classCount),
    };
  });
  return createWeightedChoice(countries, ({ weight }) => weight);
}

function createEquipment({ browsers }: Catalogue): WeightedChoice<Equipment> {
  const equipment = browsers.map((browser) => ({
    browser,
    screens: createWeightedChoice(browser.screens, ([, weight]) => weight),
    clientHints: browser.uadata ? JSON.stringify(browser.uadata) : undefined,
    hasPdfViewer: browser.os !== 'Android',
  }));
  return createWeightedChoice(equipment, ({ browser }) => browser.weight);
}

const threeDigits = (stream: RandomStream) => THREE_HEX[Math.floor(stream.next() * 4096)] as string;

/** 16 hexadecimal digits, the first never 0 so that the text is not taken for a padded number. */
function drawId(stream: RandomStream): string {
  const first = HEX.charAt(1 + Math.floor(stream.next() * 15));
  const head = first + threeDigits(stream) + threeDigits(stream) + threeDigits(stream);
  return head + (threeDigits(stream) + threeDigits(stream));
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

export interface VisitorOptions {
  readonly settings: TrafficSettings;
  readonly catalogue: Catalogue;
  readonly random: RandomSource;
  readonly profile: HourProfile;
  readonly classCount: number;
  readonly loyalty: Loyalty;
  /** Lead of a timezone's clock over the plan's, in minutes. */
  readonly leadMinutes: (timezone: string) => number;
}

function createCharacters(list: readonly Character[], all: readonly Character[]): WeightedChoice<Character> {
  const isEmpty = list.every(({ share }) => share <= 0);
  return createWeightedChoice(isEmpty ? all : list, ({ share }) => share);
}

export function createVisitors(rules: VisitorOptions): Visitors {
  const { settings, catalogue, random, profile, classCount, loyalty } = rules;
  const { hasPlaces } = settings;
  const countries = createCountries(rules);
  const equipment = createEquipment(catalogue);
  const { loyal, other } = charactersOf(settings.journeys.personas, loyalty);
  const loyalCharacters = createCharacters(loyal, other);
  const otherCharacters = createCharacters(other, loyal);
  const awake = profile(WORKDAY, 0);
  const busiest = awake.reduce((most, value) => Math.max(most, value), 0);

  /** Whether people there are up, more or less: at night in Europe, more visits come from America. */
  function isAwake({ leadMinutes }: Home, minuteOfDay: number, stream: RandomStream): boolean {
    const minute = Math.floor((minuteOfDay + leadMinutes + 2880) % 1440);
    return stream.next() * busiest < (awake[minute] as number);
  }

  return {
    visitor(number, minuteOfDay) {
      const stream = random.stream(CONCERN.visitor, number, 0);
      let country = countries.pick(stream);
      let home = country.homes.pick(stream);
      for (let draw = 1; hasPlaces && !isAwake(home, minuteOfDay, stream) && draw < HOME_DRAWS; draw++) {
        country = countries.pick(stream);
        home = country.homes.pick(stream);
      }
      const { browser, screens, clientHints, hasPdfViewer } = equipment.pick(stream);
      const classNumber = modulo(number, classCount);
      const address = country.addresses.addressOf(number, classNumber, stream);
      const id = drawId(stream);
      const isLoyal = loyalty.isLoyal(classNumber);
      const { name: persona, account } = (isLoyal ? loyalCharacters : otherCharacters).pick(stream);
      const hasAccount = hasPlaces && stream.next() < account;
      const resolution = screens.pick(stream)[0];
      const language = country.languages.pick(stream)[0];
      const { timezone, region, name, lat, long } = home.city;
      return {
        number,
        id,
        userId: hasAccount ? `user-${id.slice(0, 10)}` : undefined,
        persona,
        userAgent: browser.ua,
        clientHints,
        device: browser.device,
        speed: browser.speed,
        hasPdfViewer,
        resolution,
        language,
        timezone,
        place: hasPlaces ? { address, country: country.code, region, city: name, lat, long } : undefined,
      };
    },
  };
}
