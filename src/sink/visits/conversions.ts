/** What goals, carts and orders do to a visit. */
import type { SinkGoal } from '../config.ts';
import type { TrackedAction } from '../tracking/hit.ts';
import { type Conversion, OPEN_CART, ORDER, type SinkVisit } from './visit.ts';

/** Adds the row unless the goal counts once a visit and has counted already. */
function reachGoal(visit: SinkVisit, goal: SinkGoal, seconds: number, revenueCents: number): boolean {
  if (!goal.repeatable && visit.conversions.some((row) => row.goalId === goal.id)) return false;
  visit.conversions.push({ goalId: goal.id, seconds, revenueCents, orderId: '', items: [] });
  visit.day.totals.rows += 1;
  return true;
}

/** A visit has one open cart at most: an update replaces it, an order takes its row over. */
function putEcommerce(visit: SinkVisit, row: Conversion): void {
  const cart = visit.conversions.findIndex(({ goalId }) => goalId === OPEN_CART);
  if (cart >= 0) {
    visit.conversions[cart] = row;
    return;
  }
  visit.conversions.push(row);
  visit.day.totals.rows += 1;
}

/** Applies a conversion hit; other deeds leave no row. */
export function convert(visit: SinkVisit, action: TrackedAction, seconds: number): void {
  const { totals } = visit.day;
  if (action.type === 'goal') {
    if (reachGoal(visit, action.goal, seconds, action.revenueCents)) totals.kinds.goal += 1;
  } else if (action.type === 'cart') {
    const { revenueCents, items } = action;
    putEcommerce(visit, { goalId: OPEN_CART, seconds, revenueCents, orderId: '', items });
    totals.kinds.cart += 1;
  } else if (action.type === 'order') {
    const { orderId, revenueCents, items } = action;
    putEcommerce(visit, { goalId: ORDER, seconds, revenueCents, orderId, items });
    totals.kinds.order += 1;
    totals.revenueCents += revenueCents;
  }
}

/** Fires the goals that a page's URL reaches. */
export function convertByUrl(
  visit: SinkVisit,
  goals: readonly SinkGoal[],
  url: string,
  seconds: number,
): void {
  for (const goal of goals) {
    if (goal.match === 'manual') continue;
    if (!url.toLowerCase().includes(goal.match.text.toLowerCase())) continue;
    if (reachGoal(visit, goal, seconds, 0)) visit.day.totals.automaticGoals += 1;
  }
}
