//! Tables of reasons: what [`catalogue`](crate::rejection::catalogue) and its areas are written in.

/// One row for each reason: `Name { what was compared } "code" Kind ("words") [steps]`. Behind the
/// rows come the areas, which are tables of their own: `Name(Table)`.
macro_rules! reasons {
    (
        $(#[$about:meta])*
        pub enum $table:ident {
            $(
                $(#[$doc:meta])*
                $name:ident $({ $($(#[$field_doc:meta])* $field:ident: $type:ty),+ $(,)? })?
                $code:literal $kind:ident ($($words:tt)+) [$($step:ident),+]
            )+
        }
        areas {
            $($(#[$area_doc:meta])* $area:ident($area_table:ident))*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $table {
            $($(#[$doc])* $name $({ $($(#[$field_doc])* $field: $type),+ })?,)+
            $($(#[$area_doc])* $area($area_table),)*
        }

        impl $table {
            const ROWS: &'static [&'static str] = &[$($code),+];
            const COUNT: usize = Self::ROWS.len() $(+ $area_table::CODES.len())*;

            /// Every code of this table, in its order: to register metrics before the first
            /// refusal. The host's own codes are not among them.
            pub const CODES: &'static [&'static str] =
                &$crate::rejection::codes::joined::<{ Self::COUNT }>(
                    &[Self::ROWS, $($area_table::CODES),*],
                );

            pub(crate) fn catalogued(
                &self,
            ) -> (&'static str, $crate::rejection::kind::Kind, $crate::rejection::remedy::Remedy) {
                use $crate::rejection::kind::Kind;
                use $crate::rejection::remedy::{Remedy, Step};
                match self {
                    $(Self::$name { .. } => ($code, Kind::$kind, Remedy(&[$(Step::$step),+])),)+
                    $(Self::$area(reason) => reason.catalogued(),)*
                }
            }
        }

        $(impl From<$area_table> for $table {
            fn from(reason: $area_table) -> Self {
                Self::$area(reason)
            }
        })*

        /// The reason in words and figures.
        impl std::fmt::Display for $table {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$name $({ $($field),+ })? => write!(f, $($words)+),)+
                    $(Self::$area(reason) => reason.fmt(f),)*
                }
            }
        }
    };
}

pub(super) use reasons;
