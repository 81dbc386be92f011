using Google.Protobuf;

namespace Commission.Contracts.V1;

/// <content>A payee's grain answers with the same one until something changes.</content>
public sealed partial class Estimate : IKeepsBytes
{
    private byte[]? _bytes;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Bytes => _bytes ??= this.ToByteArray();
}
