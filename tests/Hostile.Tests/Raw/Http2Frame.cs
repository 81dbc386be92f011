using System.Buffers.Binary;
using System.Text;

namespace Commission.Hostile.Tests.Raw;

/// <summary>Types of frames.</summary>
internal enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    Priority = 2,
    Reset = 3,
    Settings = 4,
    Push = 5,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>A frame of HTTP/2, right or wrong.</summary>
internal sealed record Http2Frame(FrameType Type, byte Flags, int Stream, byte[] Payload)
{
    public const byte EndStream = 1;
    public const byte Ack = 1;
    public const byte EndHeaders = 4;
    public const byte Padded = 8;
    public const byte HasPriority = 0x20;
    public const int HeadBytes = 9;

    /// <summary>What every client says first.</summary>
    public static byte[] Preface { get; } = Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    /// <summary>The code of a RST_STREAM or GOAWAY.</summary>
    public uint ErrorCode => BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(Type == FrameType.GoAway ? 4 : 0));

    public static Http2Frame Of(FrameType type, byte flags, int stream, params byte[] payload) =>
        new(type, flags, stream, payload);

    /// <summary>SETTINGS.</summary>
    public static Http2Frame SettingsOf(params (ushort Id, uint Value)[] settings)
    {
        var payload = new byte[settings.Length * 6];
        for (var i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(i * 6), settings[i].Id);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((i * 6) + 2), settings[i].Value);
        }

        return new(FrameType.Settings, 0, 0, payload);
    }

    /// <summary>RST_STREAM, WINDOW_UPDATE: a frame whose payload is one number.</summary>
    public static Http2Frame NumberOf(FrameType type, int stream, uint number)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, number);
        return new(type, 0, stream, payload);
    }

    /// <summary>The bytes; the length can lie.</summary>
    public byte[] ToBytes(int? length = null)
    {
        var bytes = new byte[HeadBytes + Payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, (length ?? Payload.Length) << 8);
        bytes[3] = (byte)Type;
        bytes[4] = Flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), Stream);
        Payload.CopyTo(bytes, HeadBytes);
        return bytes;
    }
}
