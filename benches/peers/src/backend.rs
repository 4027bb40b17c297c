//! Which backend tollgate runs on in this process.

/// What computes signatures, HMACs and digests for tollgate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Ring,
    AwsLcRs,
}

/// The backend of this run. Both cannot be on in one process, so the second table needs a second run.
pub const OURS: Backend =
    if cfg!(feature = "aws-lc-rs") { Backend::AwsLcRs } else { Backend::Ring };

impl Backend {
    pub fn name(self) -> &'static str {
        match self {
            Self::Ring => "ring",
            Self::AwsLcRs => "aws-lc-rs",
        }
    }

    /// The file in `docs/` that holds its chart.
    pub fn chart(self) -> &'static str {
        match self {
            Self::Ring => "performance.svg",
            Self::AwsLcRs => "performance-aws-lc-rs.svg",
        }
    }
}
