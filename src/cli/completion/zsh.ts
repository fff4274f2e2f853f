/** The completion script for zsh. */
import type { FlagShape, PlaceShape } from './places.ts';

const PRESETS = `\${(f)"$(trafficinator preset list 2>/dev/null | sed "s/ .*//")"}`;

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** `'name:what it does'`, as _describe takes it. */
function described(name: string, description: string): string {
  return quoted(`${name.replaceAll(':', '\\:')}:${description}`);
}

function offerOf({ value }: FlagShape): string {
  switch (value.kind) {
    case 'choice':
      return `compadd -- ${value.choices.join(' ')}`;
    case 'preset':
      return `compadd -- ${PRESETS}`;
    case 'file':
      return '_files';
    default:
      return ':';
  }
}

function pathOf({ path }: PlaceShape): string {
  return path.map((word) => `/${word}`).join('');
}

function valueCases(place: PlaceShape): string[] {
  const flags = place.flags.filter(({ value }) => value.kind !== 'none');
  return [...new Set(flags.map(offerOf))].map((offer) => {
    const names = flags.filter((flag) => offerOf(flag) === offer).map(({ long }) => long);
    return `    ${names.map((name) => `"${pathOf(place)} ${name}"`).join('|')}) ${offer}; return ;;`;
  });
}

function offerCase(place: PlaceShape): string {
  const names = place.words.map(({ name, description }) => described(name, description));
  const flags = place.flags.map(({ long, description }) => described(long, description));
  const presets = place.takesPreset ? `      compadd -- ${PRESETS}\n` : '';
  return `    "${pathOf(place)}")
${presets}      offered=(
${[...names, ...flags].map((line) => `        ${line}`).join('\n')}
      ) ;;`;
}

export function zshScript(places: readonly PlaceShape[]): string {
  const paths = places.filter(({ path }) => path.length > 0).map(pathOf);
  return `#compdef trafficinator
# zsh completion for trafficinator
_trafficinator() {
  local at="" i
  local -a offered
  for ((i = 2; i < CURRENT; i++)); do
    case "$at/\${words[i]}" in
      ${paths.join('|')}) at="$at/\${words[i]}" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${places.map(offerCase).join('\n')}
  esac
  _describe trafficinator offered
}
if [ "$funcstack[1]" = "_trafficinator" ]; then
  _trafficinator "$@"
else
  compdef _trafficinator trafficinator
fi
`;
}
