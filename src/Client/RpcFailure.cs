using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace Commission.Client;

/// <summary>A call that ended with a status other than OK.</summary>
[SuppressMessage("Design", "CA1032", Justification = "A failure without a status means nothing.")]
[SuppressMessage("Naming", "CA1710", Justification = "Named for what it is to the caller.")]
[SuppressMessage("Design", "MA0058", Justification = "Named for what it is to the caller.")]
public sealed class RpcFailure : Exception
{
    /// <summary>Creates a failure.</summary>
    /// <param name="status">Any code except <see cref="Code.Ok"/>.</param>
    /// <param name="message">The server's message, or what went wrong on the way.</param>
    /// <param name="details">What `grpc-status-details-bin` held.</param>
    /// <param name="cause">The transport's exception, if there was one.</param>
    public RpcFailure(Code status, string message, IReadOnlyList<Any>? details = null, Exception? cause = null)
        : base(message, cause)
    {
        Status = status;
        Details = details ?? [];
    }

    /// <summary>The status; never <see cref="Code.Ok"/>.</summary>
    public Code Status { get; }

    /// <summary>The details in the order in which the server sent them; often empty.</summary>
    public IReadOnlyList<Any> Details { get; }

    /// <summary>
    /// For how long the server asked to wait before the same call is sent again; null: sending it again is no use.
    /// </summary>
    public TimeSpan? RetryAfter => Detail<RetryInfo>()?.RetryDelay?.ToTimeSpan();

    /// <summary>The first detail of a type, or null: `failure.Detail&lt;BadRequest&gt;()`.</summary>
    public T? Detail<T>()
        where T : class, IMessage<T>, new() =>
        Details.FirstOrDefault(d => d.Is(new T().Descriptor))?.Unpack<T>();
}
