import { describe, expect, it } from 'vitest';
import { RecentPace } from '../../../src/state/pace.ts';

function clocked(): { pace: RecentPace; at: (time: number, done: number) => void } {
  let time = 0;
  const pace = new RecentPace(() => time);
  return {
    pace,
    at: (now, done) => {
      time = now;
      pace.mark(done);
    },
  };
}

describe('the pace of the last seconds', () => {
  it('is not known at once', () => {
    const { pace, at } = clocked();
    expect(pace.rate).toBeUndefined();
    at(0, 500);
    at(700, 900);
    expect(pace.rate).toBeUndefined();
    expect(pace.secondsLeft(1000)).toBeUndefined();
  });

  it('does not count what was here before', () => {
    const { pace, at } = clocked();
    at(0, 1e9);
    at(1000, 1e9 + 2e6);
    expect(pace.rate).toBe(2e6);
    expect(pace.secondsLeft(1e9 + 12e6)).toBe(5);
  });

  it('follows a network that becomes slower, and forgets what is older than five seconds', () => {
    const { pace, at } = clocked();
    for (let second = 0; second <= 20; second++) at(second * 1000, second * 100);
    expect(pace.rate).toBe(100);
    for (let second = 21; second <= 26; second++) at(second * 1000, 2000 + (second - 20) * 10);
    expect(pace.rate).toBe(10);
    expect(pace.secondsLeft(2160)).toBe(10);
  });

  it('remembers few of a thousand reports a second, with the same pace', () => {
    const { pace, at } = clocked();
    for (let ms = 0; ms <= 10_000; ms++) at(ms, ms * 3);
    expect(pace.rate).toBeCloseTo(3000, 6);
    for (let ms = 1; ms <= 6000; ms++) at(10_000 + ms, 30_000 + ms);
    expect(pace.rate).toBeCloseTo(1000, 6);
  });

  it('begins anew where what came was wrong, and says nothing where nothing comes', () => {
    const { pace, at } = clocked();
    at(0, 0);
    at(1000, 900);
    at(1100, 100);
    expect(pace.rate).toBeUndefined();
    at(2100, 300);
    expect(pace.rate).toBe(200);
    at(9000, 300);
    expect(pace.rate).toBe(0);
    expect(pace.secondsLeft(1000)).toBeUndefined();
  });
});
