/** The six lessons of the page. Each has its own lab, and a scenario in the same file that proves its claims. */
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
      'Every peer passes a new message on to all its other neighbours. How many frames does that cost? Why is it more than one frame per peer?',
    file: 'topologies/lessons/1-flooding.yaml',
    steps: [
      {
        text: 'Ten peers form a ring. Send a broadcast from n0 and watch both waves. They meet at n5.',
        action: broadcast('n0'),
      },
      {
        text: 'Step back hop by hop. At hop 5, n5 gets the message from both sides. One copy is the first; the other is a duplicate (a diamond).',
      },
      {
        text: 'Look at the messages list: 11 frames for 9 peers. Open the tree. The dashed lines are duplicates: copies that changed nothing.',
      },
      { text: 'Send a broadcast from n3. Where does the duplicate appear now?', action: broadcast('n3') },
    ],
    conclusion:
      'The first copies form a tree. A link of this tree carries one frame. Every other link carries two, one from each end. So a flood without TTL takes 2 × links − peers + 1 frames in any connected graph. For a ring of ten: 20 − 10 + 1 = 11.',
  },
  {
    id: 'lesson-2-ttl',
    title: '2. TTL and the horizon',
    question: 'A TTL limits the number of hops of a message. Which peers does a TTL of 2 reach on a grid?',
    file: 'topologies/lessons/2-ttl.yaml',
    steps: [
      {
        text: 'Open Predict. Choose n12, the middle of the grid, and TTL 2. Pick the peers that the message will reach, then run it.',
      },
      {
        text: 'Send a broadcast with TTL 2 from n12. The pale region is the horizon. The bars on the links show where it ends.',
        action: broadcast('n12', 2),
      },
      { text: 'Send one from the corner n0. The horizon is a triangle.', action: broadcast('n0', 2) },
      {
        text: 'Send one with TTL 8 from the corner. It reaches the last peer: 8 is the diameter of the grid.',
        action: broadcast('n0', 8),
      },
    ],
    conclusion:
      'A TTL of t reaches exactly the peers at distance 1 to t. On this grid, TTL 2 reaches 12 peers from the middle and 5 from a corner. A TTL equal to the diameter reaches every peer.',
  },
  {
    id: 'lesson-3-first-copy',
    title: '3. Delay, and why the first copy is not enough',
    question:
      'Some peers relay only the first copy of a message. The first copy may come over a long but fast path, with little TTL left. Which peers then miss the message?',
    file: 'topologies/lessons/3-first-copy.yaml',
    steps: [
      {
        text: 'There are two paths from a to d: one slow link, or three fast links through b and c. The peers e and f are behind d.',
      },
      {
        text: 'Send from a with TTL 3. The fast copy reaches d after 3 hops, and its TTL expires. The slow copy reaches d after 1 hop, with 2 hops left.',
        action: broadcast('a', 3),
      },
      {
        text: 'Open the space-time diagram with the lab’s time. The peer d gets both copies. The second copy can reach further, so d passes it on.',
      },
      { text: 'The peers e and f have the message. The horizon is the same as without delay.' },
    ],
    conclusion:
      'If peers dropped every later copy, the flood would stop at d. The delay of one link would decide which peers a TTL reaches. Peers of this lab also pass on a later copy that has more TTL left. So the TTL is exact for any delay, at the cost of a few more frames.',
  },
  {
    id: 'lesson-4-partition',
    title: '4. Partition and heal',
    question: 'What happens to a broadcast when the network splits in two?',
    file: 'topologies/lessons/4-partition.yaml',
    steps: [
      {
        text: 'Twelve peers form a ring. Cut it into two halves.',
        action: { do: 'fault', fault: { verb: 'partition', groups: [['n0', 'n1', 'n2', 'n3', 'n4', 'n5']] } },
      },
      {
        text: 'Send from n0. The message reaches the 5 other peers of its half. The graph predicts exactly that.',
        action: broadcast('n0'),
      },
      {
        text: 'Run the checks. Two links of the topology are missing, and the check names them.',
        action: { do: 'verify' },
      },
      { text: 'Heal the network. The peers reconnect, and the ring closes.', action: { do: 'heal' } },
      {
        text: 'Send again. All 11 other peers get the message. The earlier message does not follow: a flood stores nothing for later.',
        action: broadcast('n0'),
      },
    ],
    conclusion:
      'One cut does not split a ring; two cuts do. A message from the time of the partition never reaches the other side, even after the network heals. That needs another protocol, in which peers compare the messages that they have.',
  },
  {
    id: 'lesson-5-random',
    title: '5. A ring against a random graph',
    question:
      'Take twenty peers. How many hops does a broadcast need on a ring? How many hops does it need if every peer has three random neighbours?',
    file: 'topologies/lessons/5-random.yaml',
    steps: [
      {
        text: 'Here every peer has three random neighbours. Send from n0. Four hops reach every peer.',
        action: broadcast('n0'),
      },
      {
        text: 'On a ring of twenty, the furthest peer is 10 hops away (lab up topologies/ring-20.yaml --ui). Compare the depths of the two trees.',
      },
      {
        text: 'Kill n1. A ring would survive this: messages would go the other way round.',
        action: { do: 'fault', fault: { verb: 'kill', peers: ['n1'] } },
      },
      {
        text: 'Kill n3 as well. A ring would now be in two parts.',
        action: { do: 'fault', fault: { verb: 'kill', peers: ['n3'] } },
      },
      { text: 'Send again. The other 17 peers still get the message, over other paths.', action: broadcast('n0') },
    ],
    conclusion:
      'The diameter of a ring grows with the number of peers. The diameter of a random graph grows with the logarithm of that number. The price is one more link for every two peers, and more duplicates: 2 × 30 − 20 + 1 = 41 frames instead of 21.',
  },
  {
    id: 'lesson-6-cost',
    title: '6. The cost of flooding, and a tree',
    question: 'On a tree, a flood needs one frame per peer. Why not always use a tree?',
    file: 'topologies/lessons/6-cost.yaml',
    steps: [
      { text: 'Fifteen peers form a binary tree. Send from n0: 14 frames, no duplicates.', action: broadcast('n0') },
      { text: 'Kill n1, an inner peer.', action: { do: 'fault', fault: { verb: 'kill', peers: ['n1'] } } },
      { text: 'Send again. The six peers below n1 do not get the message.', action: broadcast('n0') },
      { text: 'Start n1 again. The tree is complete again.', action: { do: 'start', peer: 'n1' } },
    ],
    conclusion:
      'Duplicates are the price of alternative paths. A tree has no duplicates, but also no alternative paths: one lost peer cuts off all peers below it.',
  },
];
