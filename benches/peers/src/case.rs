//! What is compared, what it should come to, and what it came to.

/// One comparison.
pub struct Case {
    pub name: String,
    pub peer: String,
    pub goal: Goal,
    pub scale: Scale,
}

/// What the ratio of a case says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Our time by the peer's: less is better.
    Time,
    /// Our decisions a second by the peer's: more is better.
    Throughput,
}

/// What a case should come to.
#[derive(Clone, Copy, Default)]
pub struct Goal {
    ratio: Option<f64>,
    allocations: Option<usize>,
}

impl Goal {
    /// No goal: the case is measured for what it shows.
    pub const NONE: Self = Self { ratio: None, allocations: None };

    /// At most this ratio of times, or at least this ratio of throughputs.
    pub const fn ratio(ratio: f64) -> Self {
        Self { ratio: Some(ratio), allocations: None }
    }

    /// At most so many allocations of ours.
    pub const fn and_allocations(self, allocations: usize) -> Self {
        Self { allocations: Some(allocations), ..self }
    }
}

impl Case {
    pub fn new(name: impl Into<String>, peer: impl Into<String>, goal: Goal) -> Self {
        Self { name: name.into(), peer: peer.into(), goal, scale: Scale::Time }
    }

    /// The same, measured by decisions a second.
    pub fn by_throughput(self) -> Self {
        Self { scale: Scale::Throughput, ..self }
    }

    pub fn matches(&self, pattern: &str) -> bool {
        self.name.contains(pattern) || self.peer.contains(pattern)
    }
}

/// What came of all rounds.
pub struct Figures {
    pub ours_ns: f64,
    pub peer_ns: f64,
    pub ratio: f64,
    /// The first and the third quartile of the ratio.
    pub quartiles: (f64, f64),
    pub ours_allocations: usize,
    pub peer_allocations: usize,
}

/// A case with its figures.
pub struct Row {
    pub case: Case,
    pub figures: Figures,
}

impl Row {
    /// Whether the goal is met, if there is one.
    pub fn is_met(&self) -> Option<bool> {
        let Goal { ratio, allocations } = self.case.goal;
        let ratio = ratio.map(|goal| match self.case.scale {
            Scale::Time => self.figures.ratio <= goal,
            Scale::Throughput => self.figures.ratio >= goal,
        });
        let allocations = allocations.map(|goal| self.figures.ours_allocations <= goal);
        match (ratio, allocations) {
            (None, None) => None,
            (ratio, allocations) => Some(ratio.unwrap_or(true) && allocations.unwrap_or(true)),
        }
    }

    /// The goal in words.
    pub fn goal(&self) -> String {
        let Goal { ratio, allocations } = self.case.goal;
        let bound = match self.case.scale {
            Scale::Time => "at most",
            Scale::Throughput => "at least",
        };
        let ratio = ratio.map(|goal| format!("{bound} {goal:.2}"));
        let allocations = allocations.map(|goal| match goal {
            0 => "no allocation".to_owned(),
            _ => format!("at most {goal} allocations"),
        });
        ratio.into_iter().chain(allocations).collect::<Vec<_>>().join(", ")
    }

    /// The ratio that is the goal, if there is one.
    pub fn goal_ratio(&self) -> Option<f64> {
        self.case.goal.ratio
    }
}
