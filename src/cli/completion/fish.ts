/** The completion script for fish. */
import type { FlagShape, PlaceShape } from './places.ts';

const PRESETS = '\'(trafficinator preset list 2>/dev/null | string replace -r " .*" "")\'';

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Holds where the command line has come to the place, and not further. */
function conditionOf({ path, words }: PlaceShape): string {
  if (path.length === 0) return '__fish_use_subcommand';
  const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`);
  const further = words.map(({ name }) => name);
  const notYet = further.length === 0 ? [] : [`not __fish_seen_subcommand_from ${further.join(' ')}`];
  return [...seen, ...notYet].join('; and ');
}

function flagValue({ value }: FlagShape): string {
  switch (value.kind) {
    case 'none':
      return '';
    case 'choice':
      return ` -x -a ${quoted(value.choices.join(' '))}`;
    case 'preset':
      return ` -x -a ${PRESETS}`;
    case 'file':
      return ' -r -F';
    default:
      return ' -x';
  }
}

function linesOf(place: PlaceShape): string[] {
  const begin = `complete -c trafficinator -n ${quoted(conditionOf(place))}`;
  return [
    ...place.words.map(({ name, description }) => `${begin} -a ${name} -d ${quoted(description)}`),
    ...(place.takesPreset ? [`${begin} -a ${PRESETS}`] : []),
    ...place.flags.map(
      (flag) => `${begin} -l ${flag.long.slice(2)}${flagValue(flag)} -d ${quoted(flag.description)}`,
    ),
  ];
}

export function fishScript(places: readonly PlaceShape[]): string {
  return `# fish completion for trafficinator
complete -c trafficinator -f
${places.flatMap(linesOf).join('\n')}
`;
}
