using System.Net;
using System.Net.Sockets;

namespace Commission.Hostile.Tests.Raw;

/// <summary>A bare TCP connection: any bytes may be sent.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket;

    private RawConnection(Socket socket) => _socket = socket;

    /// <summary>Connects; its end is a reset, so that no port waits for late packets.</summary>
    public static async Task<RawConnection> OpenAsync(Uri to, CancellationToken patience, int receiveBytes = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            LingerState = new LingerOption(enable: true, seconds: 0),
        };
        if (receiveBytes > 0)
        {
            socket.ReceiveBufferSize = receiveBytes;
        }

        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(to.Host), to.Port), patience);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return new RawConnection(socket);
    }

    /// <summary>Sends all of it; false if the server has ended the connection.</summary>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken patience)
    {
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await _socket.SendAsync(bytes, patience)..];
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Says that no more is sent.</summary>
    public void Finish()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The server has ended the connection already.
        }
    }

    /// <summary>What has come; 0 when the server has ended the connection.</summary>
    public async Task<int> ReceiveAsync(Memory<byte> buffer, CancellationToken patience)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, patience);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    /// <summary>All that comes until the server ends the connection, or as much as is asked for.</summary>
    public async Task<byte[]> ReadToEndAsync(CancellationToken patience, int most = 1024 * 1024)
    {
        var all = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (all.Length < most && await ReceiveAsync(buffer, patience) is > 0 and var read)
        {
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    public void Dispose() => _socket.Dispose();
}
