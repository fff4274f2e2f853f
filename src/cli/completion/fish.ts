/** The completion script for fish. */
import type { FlagShape, PositionShape } from './positions.ts';

const PRESETS = '\'(trafficinator preset list 2>/dev/null | string replace -r " .*" "")\'';

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Holds where the command line has come to the position, and not further. */
function conditionOf({ path, words }: PositionShape): string {
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

function linesOf(position: PositionShape): string[] {
  const begin = `complete -c trafficinator -n ${quoted(conditionOf(position))}`;
  return [
    ...position.words.map(({ name, description }) => `${begin} -a ${name} -d ${quoted(description)}`),
    ...(position.takesPreset ? [`${begin} -a ${PRESETS}`] : []),
    ...position.flags.map(
      (flag) => `${begin} -l ${flag.long.slice(2)}${flagValue(flag)} -d ${quoted(flag.description)}`,
    ),
  ];
}

export function fishScript(positions: readonly PositionShape[]): string {
  return `# fish completion for trafficinator
complete -c trafficinator -f
${positions.flatMap(linesOf).join('\n')}
`;
}
