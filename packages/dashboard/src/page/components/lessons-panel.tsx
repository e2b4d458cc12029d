/** The guided lessons: text in steps, and buttons that do what a step is about. */
import { type Signal, signal } from '@preact/signals';
import type { VNode } from 'preact';
import { LESSONS, type Lesson, type Step } from '../../lessons/lessons.ts';
import { act } from '../commands.ts';
import { canAct, history } from '../state.ts';

const open: Signal<string | undefined> = signal(undefined);

/** See the module's header. */
export function LessonsPanel(): VNode {
  const here = history.value?.header.lab;
  const lesson =
    LESSONS.find(({ id }) => id === open.value) ?? LESSONS.find(({ id }) => open.value === undefined && id === here);
  return lesson === undefined ? <Contents /> : <Open lesson={lesson} />;
}

function Contents(): VNode {
  return (
    <ol class="contents">
      {LESSONS.map(({ id, title, question }) => (
        <li key={id}>
          <button type="button" class="link" onClick={() => (open.value = id)}>
            {title}
          </button>
          <p class="dim">{question}</p>
        </li>
      ))}
    </ol>
  );
}

function Open({ lesson }: { readonly lesson: Lesson }): VNode {
  const isHere = history.value?.header.lab === lesson.id;
  return (
    <article class="lesson">
      <button type="button" class="link" onClick={() => (open.value = '')}>
        ← all lessons
      </button>
      <h2>{lesson.title}</h2>
      <p>{lesson.question}</p>
      {!isHere && (
        <p>
          This lesson has its own lab: <code>{`lab up ${lesson.file} --ui`}</code>. To run the whole lesson as a test:{' '}
          <code>{`lab test ${lesson.file}`}</code>
        </p>
      )}
      <ol>
        {lesson.steps.map(step => (
          <StepView key={step.text} step={step} canDo={isHere && canAct.value} />
        ))}
      </ol>
      <p class="conclusion">{lesson.conclusion}</p>
    </article>
  );
}

function StepView({ step, canDo }: { readonly step: Step; readonly canDo: boolean }): VNode {
  const { text, action } = step;
  return (
    <li>
      {text}
      {action !== undefined && canDo && (
        <>
          {' '}
          <button type="button" onClick={() => act(action)}>
            Do it
          </button>
        </>
      )}
    </li>
  );
}
