namespace Commission.Grains.Reps;

/// <summary>
/// A payee as answers name it: what a grain keeps of its document beside the assignments. The rest is seldom asked for,
/// and read when it is.
/// </summary>
/// <param name="Id">The payee's id.</param>
/// <param name="Name">The payee's name; empty where none was given.</param>
/// <param name="Manager">The id of whom the payee reports to; empty: to nobody.</param>
internal sealed record Payee(string Id, string Name, string Manager);
