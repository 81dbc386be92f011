using Google.Protobuf;

namespace Commission.Contracts;

/// <summary>
/// A message that is answered again and again as one object, which nobody changes once it was answered: its bytes are
/// made once.
/// </summary>
public interface IKeepsBytes : IMessage
{
    /// <summary>The message's bytes. From the first time they are asked for, the message must not change.</summary>
    ReadOnlyMemory<byte> Bytes { get; }
}
