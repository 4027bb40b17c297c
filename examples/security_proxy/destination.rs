//! Where the proxy connects to: a host that repeats what it is told.

use std::io;

use tokio::net::TcpListener;

/// Repeats every connection's bytes to their sender.
pub(crate) async fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (mut stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            let (mut reader, mut writer) = stream.split();
            tokio::io::copy(&mut reader, &mut writer).await
        });
    }
}
