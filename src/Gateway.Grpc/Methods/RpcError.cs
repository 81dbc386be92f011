using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace Commission.Gateway.Grpc;

/// <summary>
/// A refusal, thrown by a handler to end its call with a status other than OK. Message and details reach the caller
/// as they are: put nothing in them that the caller may not know.
/// </summary>
[SuppressMessage("Design", "CA1032", Justification = "A refusal without a status means nothing.")]
[SuppressMessage("Naming", "CA1710", Justification = "Named for what it is to the caller.")]
[SuppressMessage("Design", "MA0058", Justification = "Named for what it is to the caller.")]
public sealed class RpcError : Exception
{
    /// <summary>Creates a refusal.</summary>
    /// <param name="status">Any status except <see cref="RpcStatus.Ok"/>.</param>
    /// <param name="message">One sentence for the developer of the client.</param>
    /// <param name="details">Messages for programs, usually of google.rpc; sent in this order.</param>
    public RpcError(RpcStatus status, string message, params IEnumerable<IMessage> details)
        : base(message)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(status, RpcStatus.Ok);
        Status = status;
        Details = [.. details];
    }

    /// <summary>The status that the call ends with; never <see cref="RpcStatus.Ok"/>.</summary>
    public RpcStatus Status { get; }

    /// <summary>Details for programs, in the order in which they are sent; often empty.</summary>
    public IReadOnlyList<IMessage> Details { get; }

    /// <summary>INVALID_ARGUMENT that names the wrong fields in a google.rpc.BadRequest.</summary>
    /// <param name="message">What is wrong as a whole.</param>
    /// <param name="violations">Each wrong field by its path in the request (`deal.amount.units`), and why.</param>
    public static RpcError Invalid(string message, params IEnumerable<(string Field, string Description)> violations)
    {
        var bad = new BadRequest();
        bad.FieldViolations.AddRange(violations.Select(v =>
            new BadRequest.Types.FieldViolation { Field = v.Field, Description = v.Description }));
        return bad.FieldViolations.Count == 0
            ? new RpcError(RpcStatus.InvalidArgument, message)
            : new RpcError(RpcStatus.InvalidArgument, message, bad);
    }

    /// <summary>The same refusal with a google.rpc.ErrorInfo: a reason that programs can branch on.</summary>
    /// <param name="reason">Constant, UPPER_SNAKE_CASE, at most 63 characters.</param>
    /// <param name="domain">Who defines the reason, such as `commission`.</param>
    /// <param name="metadata">Further facts by name.</param>
    public RpcError WithReason(string reason, string domain, params IEnumerable<(string Name, string Value)> metadata)
    {
        // This version of the package still has the older name of field 1; on the wire it is `reason`.
        var info = new ErrorInfo { Type = reason, Domain = domain };
        foreach (var (name, value) in metadata)
        {
            info.Metadata.Add(name, value);
        }

        return With(info);
    }

    /// <summary>The same refusal with a google.rpc.RetryInfo: try again after this long, not sooner.</summary>
    public RpcError WithRetryAfter(TimeSpan delay) => With(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) });

    /// <summary>The same refusal with one more detail at the end.</summary>
    public RpcError With(IMessage detail) => new(Status, Message, [.. Details, detail]);

    /// <summary>The refusal as google.rpc.Status: code, message and packed details.</summary>
    public Google.Rpc.Status ToStatus()
    {
        var status = new Google.Rpc.Status { Code = (int)Status, Message = Message };
        status.Details.AddRange(Details.Select(Any.Pack));
        return status;
    }
}
