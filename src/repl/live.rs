//! What helps with typing asks here, and the worker answers if it has the time.
//!
//! An answer that does not come within some hundredths of a second is not waited for; it is kept when it comes, for the
//! next keystroke. All answers are forgotten when a line has been run, for it may have changed everything.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::commands::COMMANDS;
use super::line::Language;
use super::status::Status;
use super::worker::Job;
use super::world::{Command, Described, FolderEntry, Key, Member, World};
use crate::clock::locked;
use crate::connect;

/// How long a keystroke may wait for an answer: a person does not notice.
const AT_ONCE: Duration = Duration::from_millis(40);

/// What the worker can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Question {
    /// The members of a value.
    Members(Vec<Key>),
    /// A folder of the card.
    Folder(String),
    /// A function of the user's.
    Function(String),
}

/// What it answers; `None` is "there is none", or "cannot be told now".
#[derive(Debug, Clone)]
pub(super) enum Answer {
    Members(Option<Vec<Member>>),
    Folder(Option<Vec<FolderEntry>>),
    Function(Option<Described>),
}

enum Asked {
    Waiting(Receiver<Answer>),
    Known(Answer),
}

/// The world as the worker and the machine know it.
pub(super) struct Live {
    status: Status,
    jobs: Sender<Job>,
    asked: RefCell<HashMap<Question, Asked>>,
    cameras: Arc<Mutex<Vec<String>>>,
}

impl Live {
    pub fn new(status: Status, jobs: Sender<Job>) -> Self {
        let live = Self { status, jobs, asked: RefCell::default(), cameras: Arc::default() };
        live.look_for_cameras();
        live
    }

    /// A line has been run.
    pub fn forget(&self) {
        self.asked.borrow_mut().clear();
    }

    /// Looking at all of USB takes a while.
    fn look_for_cameras(&self) {
        let cameras = self.cameras.clone();
        std::thread::spawn(move || {
            let found = connect::list().unwrap_or_default();
            *locked(&cameras) = found.into_iter().map(|camera| camera.spec.to_string()).collect();
        });
    }

    fn ask(&self, question: Question) -> Option<Answer> {
        let mut asked = self.asked.borrow_mut();
        let receiver = match asked.remove(&question) {
            Some(Asked::Known(answer)) => {
                asked.insert(question, Asked::Known(answer.clone()));
                return Some(answer);
            }
            Some(Asked::Waiting(receiver)) => match receiver.try_recv() {
                Err(TryRecvError::Empty) => {
                    asked.insert(question, Asked::Waiting(receiver));
                    return None;
                }
                Ok(answer) => {
                    asked.insert(question, Asked::Known(answer.clone()));
                    return Some(answer);
                }
                // It was dropped unanswered.
                Err(TryRecvError::Disconnected) => return None,
            },
            None => {
                let (sender, receiver) = mpsc::channel();
                self.jobs.send(Job::Ask(question.clone(), sender)).ok()?;
                receiver
            }
        };
        match receiver.recv_timeout(AT_ONCE) {
            Ok(answer) => {
                asked.insert(question, Asked::Known(answer.clone()));
                Some(answer)
            }
            Err(_) => {
                asked.insert(question, Asked::Waiting(receiver));
                None
            }
        }
    }
}

impl World for Live {
    fn language(&self) -> Language {
        self.status.language()
    }

    fn members(&self, path: &[Key]) -> Option<Vec<Member>> {
        match self.ask(Question::Members(path.to_vec()))? {
            Answer::Members(members) => members,
            _ => None,
        }
    }

    fn camera_globals(&self) -> Vec<String> {
        self.status.camera_globals()
    }

    fn camera_folder(&self, path: &str) -> Option<Vec<FolderEntry>> {
        match self.ask(Question::Folder(path.to_owned()))? {
            Answer::Folder(entries) => entries,
            _ => None,
        }
    }

    fn commands(&self) -> &[Command] {
        COMMANDS
    }

    fn cameras(&self) -> Vec<String> {
        locked(&self.cameras).clone()
    }

    fn describe(&self, name: &str) -> Option<Described> {
        match self.ask(Question::Function(name.to_owned()))? {
            Answer::Function(described) => described,
            _ => None,
        }
    }
}
