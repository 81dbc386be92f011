using Google.Protobuf;

namespace Commission.Gateway.Grpc;

/// <summary>What the parser of messages throws for bytes that are none.</summary>
internal static class WireFaults
{
    /// <summary>The refusal of a message that could not be parsed; null for anything else.</summary>
    public static RpcError? Of(Exception failure) => failure switch
    {
        InvalidProtocolBufferException => RpcError.Invalid($"The message is not valid protobuf: {failure.Message}"),
        // Lengths near 2 GiB overflow in the parser, and it reads past what there is.
        IndexOutOfRangeException or ArgumentException or OverflowException =>
            RpcError.Invalid("The message is not valid protobuf: a length in it is not that of its field."),
        _ => null,
    };
}
