using Google.Protobuf;

namespace Commission.Grains.Journals;

/// <summary>Messages as they are stored.</summary>
internal static class Payload
{
    /// <summary>The bytes of a message, and nothing else allocated.</summary>
    public static byte[] Of<TMessage>(TMessage message)
        where TMessage : IMessage
    {
        var bytes = new byte[message.CalculateSize()];
        message.WriteTo(bytes.AsSpan());
        return bytes;
    }
}
