/** The head of a place: the place that it belongs to, its name, what it is, and beside it what can be done there. */
import type { ComponentChildren } from 'preact';
import { PLACES, type PlaceId, pathTo } from '../router.ts';

interface Props {
  readonly title: string;
  /** Of what is a part of a place. */
  readonly above?: PlaceId;
  readonly actions?: ComponentChildren;
  readonly children?: ComponentChildren;
}

export function Head({ title, above, actions, children }: Props) {
  return (
    <div class="head">
      <div>
        {above !== undefined && (
          <p class="crumb">
            <a href={pathTo(above)}>{PLACES.find(({ id }) => id === above)?.title}</a>
          </p>
        )}
        <h1>{title}</h1>
        {children}
      </div>
      {actions}
    </div>
  );
}
