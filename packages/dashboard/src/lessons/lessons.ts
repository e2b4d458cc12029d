/** The six lessons of the page. Each has a lab of its own, and a scenario in the same file that proves what it says. */
import type { Action } from '../protocol/actions.ts';

/** Something to do and to look at. */
export interface Step {
  readonly text: string;
  /** What the step's button does, where it has one. */
  readonly action?: Action;
}

/** See the module's header. */
export interface Lesson {
  /** Also the name of its lab. */
  readonly id: string;
  readonly title: string;
  readonly question: string;
  /** The topology file, with the scenario. */
  readonly file: string;
  readonly steps: readonly Step[];
  readonly conclusion: string;
}

const broadcast = (from: string, ttl?: number): Action => ({
  do: 'broadcast',
  from,
  text: 'a lesson',
  ...(ttl === undefined ? {} : { ttl }),
});

export const LESSONS: readonly Lesson[] = [
  {
    id: 'lesson-1-flooding',
    title: '1. Flooding and duplicates',
    question:
      'Every peer passes a new message on to all its other neighbours. How many frames does that cost, and why more than one for each peer?',
    file: 'topologies/lessons/1-flooding.yaml',
    steps: [
      {
        text: 'Ten peers in a ring. Send a broadcast from n0 and watch both waves: they meet at n5.',
        action: broadcast('n0'),
      },
      {
        text: 'Step back hop by hop. At hop 5, n5 gets the message from both sides: one copy is its first, the other a duplicate (a diamond).',
      },
      {
        text: 'Count in the messages list: 11 frames for 9 peers. Open the tree: the dashed lines are copies that told nobody anything new.',
      },
      { text: 'Send one from n3. Where does the duplicate fall now?', action: broadcast('n3') },
    ],
    conclusion:
      'A link of the tree of first copies carries one frame, every other link two, one from each end. So a flood without TTL takes 2 × links − peers + 1 frames in any connected graph: for a ring of ten, 20 − 10 + 1 = 11.',
  },
  {
    id: 'lesson-2-ttl',
    title: '2. TTL and the horizon',
    question: 'A TTL says how many hops a message may make. Whom does a TTL of 3 reach on a grid?',
    file: 'topologies/lessons/2-ttl.yaml',
    steps: [
      { text: 'Open Predict, choose n12, the middle of the grid, and TTL 2. Pick whom it will reach, and run.' },
      {
        text: 'Send one with TTL 2 from n12. The pale region is the horizon; the bars on the links are where it ends.',
        action: broadcast('n12', 2),
      },
      { text: 'The same from the corner n0: the horizon cuts off a triangle.', action: broadcast('n0', 2) },
      { text: 'TTL 8 from the corner reaches the last peer: it is the grid’s diameter.', action: broadcast('n0', 8) },
    ],
    conclusion:
      'A TTL of t reaches exactly the peers at a distance of 1 to t: 12 from the middle of this grid with TTL 2, 5 from its corner. A TTL as great as the diameter reaches everybody.',
  },
  {
    id: 'lesson-3-first-copy',
    title: '3. Why the first copy falls short under delay',
    question:
      'A peer that keeps only the first copy may keep one that came by a long, fast way, with little TTL left. What is lost?',
    file: 'topologies/lessons/3-first-copy.yaml',
    steps: [
      {
        text: 'Two ways lead from a to d: directly over a slow link, and by b and c over fast ones. Behind d stand e and f.',
      },
      {
        text: 'Send from a with TTL 3. The fast copy comes to d after 3 hops, its TTL used up; the slow one after 1 hop, with 2 left.',
        action: broadcast('a', 3),
      },
      {
        text: 'Look at the space-time diagram on the lab’s clock: d gets both. The second copy can reach further, and d passes it on.',
      },
      { text: 'e and f have it: the horizon is the same as without any delay.' },
    ],
    conclusion:
      'Peers that drop every later copy would stop at d: the delay of one link would decide whom a TTL reaches. Peers that pass on a copy with more TTL left reach exactly the distance, whatever the delays; it costs a few frames more.',
  },
  {
    id: 'lesson-4-partition',
    title: '4. Partition and heal',
    question: 'What does a broadcast do when the network falls in two?',
    file: 'topologies/lessons/4-partition.yaml',
    steps: [
      {
        text: 'A ring of twelve. Cut it in two halves.',
        action: { do: 'fault', fault: { verb: 'partition', groups: [['n0', 'n1', 'n2', 'n3', 'n4', 'n5']] } },
      },
      {
        text: 'Send from n0: it reaches its own half, 5 peers, and the graph as it is now promises no more.',
        action: broadcast('n0'),
      },
      {
        text: 'Run the checks: the links that the topology draws are not there, and the check says which.',
        action: { do: 'verify' },
      },
      { text: 'Heal. The peers dial again, and the ring closes.', action: { do: 'heal' } },
      {
        text: 'Send again: all 11 have it. The message of before does not come after: a flood keeps nothing for later.',
        action: broadcast('n0'),
      },
    ],
    conclusion:
      'One cut does not part a ring, two do. What was sent during the partition never reaches the other side, though the network heals: that takes another protocol, which compares what peers have.',
  },
  {
    id: 'lesson-5-random',
    title: '5. A ring against a random graph',
    question:
      'Both have twenty peers. How many hops does a broadcast need on a ring, and how many where every peer has three random neighbours?',
    file: 'topologies/lessons/5-random.yaml',
    steps: [
      {
        text: 'Here every peer has three neighbours, drawn by lot. Send from n0: four hops are enough for everybody.',
        action: broadcast('n0'),
      },
      {
        text: 'On a ring of twenty the furthest peer is 10 hops away (lab up topologies/ring-20.yaml --ui). Compare the depths of the trees.',
      },
      {
        text: 'Kill n1: on a ring it could still be gone round.',
        action: { do: 'fault', fault: { verb: 'kill', peers: ['n1'] } },
      },
      {
        text: 'Kill n2 as well. A ring would now lie in two pieces.',
        action: { do: 'fault', fault: { verb: 'kill', peers: ['n2'] } },
      },
      { text: 'Send again: the other 17 still have it, over other ways.', action: broadcast('n0') },
    ],
    conclusion:
      'The diameter of a ring grows with its size, that of a random graph with its logarithm. The price is one link more for every two peers, and more duplicates: 2 × 30 − 20 + 1 = 41 frames instead of 21.',
  },
  {
    id: 'lesson-6-cost',
    title: '6. The cost of flooding, and a tree',
    question: 'A tree needs one frame for each peer. Why not always use one?',
    file: 'topologies/lessons/6-cost.yaml',
    steps: [
      { text: 'A binary tree of fifteen. Send from n0: 14 frames, no duplicate.', action: broadcast('n0') },
      { text: 'Kill n1, an inner peer.', action: { do: 'fault', fault: { verb: 'kill', peers: ['n1'] } } },
      { text: 'Send again: the six peers below n1 are cut off with it.', action: broadcast('n0') },
      { text: 'Start n1 again, and see that it is whole.', action: { do: 'start', peer: 'n1' } },
    ],
    conclusion:
      'Duplicates are what a flood pays for other ways round. A tree has none, and no other way either: one lost peer cuts off all below it.',
  },
];
